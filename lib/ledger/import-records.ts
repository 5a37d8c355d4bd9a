import type { SpendBatch } from "./batch/spend-batch.ts";
import { foldBatch } from "./fold/fold-batch.ts";
import type { Ledger } from "./ledger.ts";
import { type Folded, RECORDS_SOURCE } from "./source.ts";

/** Counts batches of records, each in a transaction of its own, and keeps the sum of what became of them. */
export type Importer = {
  /** Counts a batch. Errors of SQLite are thrown; what was counted before one stays counted. */
  take(batch: SpendBatch): Promise<void>;
  readonly folded: Folded;
};

/** Records whose cells may be garbage before it is collected: some 30 MB. */
const GARBAGE_RECORDS = 90_000;

/** An importer of files. */
export function createImporter(ledger: Ledger, now: () => number): Importer {
  let folded: Folded = { counted: 0, duplicates: 0, tooOld: 0 };
  let sinceCollected = 0;
  return {
    async take(batch) {
      const { counted, duplicates, tooOld } = await foldBatch(ledger, batch, { now: now(), source: RECORDS_SOURCE });
      folded = {
        counted: folded.counted + counted,
        duplicates: folded.duplicates + duplicates,
        tooOld: folded.tooOld + tooOld,
      };
      // Cells lie outside of the heap, which alone would not make the collector run.
      sinceCollected += batch.length;
      if (sinceCollected < GARBAGE_RECORDS) return;
      sinceCollected = 0;
      Bun.gc(true);
    },
    get folded() {
      return folded;
    },
  };
}
