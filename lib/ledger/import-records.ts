import { readSpendRecord } from "../litellm/spend-record.ts";
import { appendRecord } from "./batch/append-record.ts";
import { IdentityHash } from "./batch/identity.ts";
import { createBatch, type SpendBatch } from "./batch/spend-batch.ts";
import { Texts } from "./batch/texts.ts";
import type { RecordSink } from "./files/record-sink.ts";
import { foldBatch } from "./fold/fold-batch.ts";
import type { Ledger } from "./ledger.ts";
import { type Folded, RECORDS_SOURCE } from "./source.ts";

/** Records of one transaction: far less than 200 ms, and enough for a cell to be written seldom. */
const BATCH_ROWS = 16_384;
/** From here on, the texts of a source begin anew, so that memory does not grow with the length of a file. */
const MOST_TEXTS = 200_000;

/** Counts the records that a reader finds, in transactions of some thousand. */
export interface Importer extends RecordSink {
  /** Counts what has come since the last full batch. */
  flush(): void;
  readonly folded: Folded;
  /** Lines or values that were no record. */
  readonly badCount: number;
}

/** What an importer tells on the way. */
export type ImportHooks = {
  readonly now: () => number;
  readonly onBad: (line: number, reason: string) => void;
};

/** An importer of files. Errors of SQLite are thrown; what was counted before one stays counted. */
export function createImporter(ledger: Ledger, { now, onBad }: ImportHooks): Importer {
  const hash = new IdentityHash();
  let batch: SpendBatch = createBatch(new Texts(), BATCH_ROWS);
  let folded: Folded = { counted: 0, duplicates: 0, tooOld: 0 };
  let badCount = 0;
  const bad = (line: number, reason: string): void => {
    badCount++;
    onBad(line, reason);
  };
  const flush = (): void => {
    if (batch.length === 0) return;
    const { counted, duplicates, tooOld } = foldBatch(ledger, batch, { now: now(), source: RECORDS_SOURCE });
    folded = {
      counted: folded.counted + counted,
      duplicates: folded.duplicates + duplicates,
      tooOld: folded.tooOld + tooOld,
    };
    if (batch.texts.size > MOST_TEXTS) batch = createBatch(new Texts(), BATCH_ROWS);
    batch.length = 0;
  };
  return {
    value(value, line) {
      const reading = readSpendRecord(value);
      if (reading.kind === "bad") return bad(line, reading.reason);
      appendRecord(batch, reading.record, hash);
      if (batch.length === BATCH_ROWS) flush();
    },
    bad,
    flush,
    get folded() {
      return folded;
    },
    get badCount() {
      return badCount;
    },
  };
}
