import { recordsPerDay, recordsPerHour } from "../counts.ts";
import { foldBatch } from "../fold/fold-batch.ts";
import { beginDay } from "../fold/fold-day.ts";
import { removeUnfinished } from "../fold/remove-sheet.ts";
import { closeDaysBefore } from "../identity/close.ts";
import type { Ledger } from "../ledger.ts";
import { noteProgress, sourceProgress } from "../source.ts";
import type { LedgerSink } from "./sink.ts";

/** The ledger as the table `source` feeds it. */
export function ledgerSink(ledger: Ledger, source: string, now: () => number): LedgerSink {
  return {
    progress: () => sourceProgress(ledger, source),
    beginDay(day, options) {
      const fold = beginDay(ledger, day, { now: now(), ...options });
      return { add: fold.add, addGroup: fold.addGroup, commit: (options) => fold.commit({ source, ...options }) };
    },
    fold: (batch, progress) => foldBatch(ledger, batch, { now: now(), source, progress }),
    keepProgress(progress) {
      const nothing = { counted: 0, duplicates: 0, tooOld: 0 };
      return ledger.write((transaction) => noteProgress(transaction, nothing, { source, progress, now: now() }));
    },
    tidy: () => removeUnfinished(ledger),
    async closeDaysBefore(day) {
      await closeDaysBefore(ledger, day);
    },
    recordsPerHour: (fromAt, toAt) => recordsPerHour(ledger.sql, fromAt, toAt),
    async recordsPerDay() {
      const days = await recordsPerDay(ledger.sql);
      return new Map([...days].map(([day, { records }]) => [day, records]));
    },
  };
}
