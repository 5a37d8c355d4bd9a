import type { SpendBatch } from "../batch/spend-batch.ts";
import { recordsPerDay, recordsPerHour } from "../counts.ts";
import { foldBatch } from "../fold/fold-batch.ts";
import { beginDay, type DayCommit } from "../fold/fold-day.ts";
import { removeUnfinished } from "../fold/remove-sheet.ts";
import { closeDaysBefore } from "../identity/close.ts";
import type { Ledger } from "../ledger.ts";
import { noteProgress, sourceProgress } from "../source.ts";

/** The ledger as a table feeds it; days are whole days since 1970 in UTC. */
export type LedgerSink = ReturnType<typeof ledgerSink>;

/** A UTC day that is read whole and then takes the place of what the ledger had of it. */
export type DaySink = ReturnType<LedgerSink["beginDay"]>;

/** The ledger as the table `source` feeds it. */
export function ledgerSink(ledger: Ledger, source: string, now: () => number) {
  return {
    /** What this source wrote last. */
    progress: () => sourceProgress(ledger, source),
    /** As `beginDay` of the fold. */
    beginDay(day: number, options: { readonly keepsIdentities: boolean; readonly mayRepeat: boolean }) {
      const fold = beginDay(ledger, day, { now: now(), ...options });
      return { ...fold, commit: (how: Omit<DayCommit, "source">) => fold.commit({ source, ...how }) };
    },
    /** Folds records that are not known yet and writes the progress, in one transaction. */
    fold: (batch: SpendBatch, progress: string) => foldBatch(ledger, batch, { now: now(), source, progress }),
    /** Writes the progress alone. */
    keepProgress(progress: string): Promise<void> {
      const nothing = { counted: 0, duplicates: 0, tooOld: 0 };
      return ledger.write((transaction) => noteProgress(transaction, nothing, { source, progress, now: now() }));
    },
    /** Removes what runs that were killed have left behind; nobody else may be writing days. */
    tidy: () => removeUnfinished(ledger),
    /** Lets go of the identities of older days. */
    async closeDaysBefore(day: number): Promise<void> {
      await closeDaysBefore(ledger, day);
    },
    /** Records by the hour that they began in (UTC milliseconds). */
    recordsPerHour: (fromAt: number, toAt: number) => recordsPerHour(ledger.sql, fromAt, toAt),
    /** Records by the day. */
    async recordsPerDay(): Promise<ReadonlyMap<number, number>> {
      const days = await recordsPerDay(ledger.sql);
      return new Map([...days].map(([day, { records }]) => [day, records]));
    },
  };
}
