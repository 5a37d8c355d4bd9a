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
  /** Counts the full batches that wait; to be awaited after each piece of a file, so that few of them do. */
  drain(): Promise<void>;
  /** Counts all that has come. */
  flush(): Promise<void>;
  readonly folded: Folded;
  /** Lines or values that were no record. */
  readonly badCount: number;
}

/** What an importer tells on the way. */
export type ImportHooks = {
  readonly now: () => number;
  readonly onBad: (line: number, reason: string) => void;
};

/** An importer of files. Errors of its database are thrown; what was counted before one stays counted. */
export function createImporter(ledger: Ledger, { now, onBad }: ImportHooks): Importer {
  const hash = new IdentityHash();
  let batch: SpendBatch = createBatch(new Texts(), BATCH_ROWS);
  const full: SpendBatch[] = [];
  let spare: SpendBatch | undefined;
  let folded: Folded = { counted: 0, duplicates: 0, tooOld: 0 };
  let badCount = 0;
  const bad = (line: number, reason: string): void => {
    badCount++;
    onBad(line, reason);
  };
  const fold = async (one: SpendBatch): Promise<void> => {
    if (one.length === 0) return;
    const { counted, duplicates, tooOld } = await foldBatch(ledger, one, { now: now(), source: RECORDS_SOURCE });
    folded = {
      counted: folded.counted + counted,
      duplicates: folded.duplicates + duplicates,
      tooOld: folded.tooOld + tooOld,
    };
    one.length = 0;
    spare = one;
  };
  const drain = async (): Promise<void> => {
    for (let one = full.shift(); one !== undefined; one = full.shift()) await fold(one);
  };
  /** The batch after one: one that was counted is filled again, as its columns are megabytes. */
  const after = ({ texts }: SpendBatch): SpendBatch => {
    if (texts.size > MOST_TEXTS) return createBatch(new Texts(), BATCH_ROWS);
    const used = spare;
    spare = undefined;
    return used?.texts === texts ? used : createBatch(texts, BATCH_ROWS);
  };
  return {
    value(value, line) {
      const reading = readSpendRecord(value);
      if (reading.kind === "bad") return bad(line, reading.reason);
      appendRecord(batch, reading.record, hash);
      if (batch.length < BATCH_ROWS) return;
      full.push(batch);
      batch = after(batch);
    },
    bad,
    drain,
    async flush() {
      await drain();
      const last = batch;
      batch = after(last);
      await fold(last);
    },
    get folded() {
      return folded;
    },
    get badCount() {
      return badCount;
    },
  };
}
