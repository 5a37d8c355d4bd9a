import { readSpendRecord } from "../litellm/spend-record.ts";
import { appendRecord } from "./batch/append-record.ts";
import { IdentityHash } from "./batch/identity.ts";
import { createBatch, type SpendBatch } from "./batch/spend-batch.ts";
import { Texts } from "./batch/texts.ts";
import { foldBatch, OUTCOME } from "./fold/fold-batch.ts";
import type { Ledger } from "./ledger.ts";
import { createPause } from "./pause.ts";
import { RECORDS_SOURCE } from "./source.ts";
import { oneAtATime } from "./sql/one-at-a-time.ts";

const BATCH_ROWS = 8192;
const MOST_TEXTS = 200_000;

/** A value of a body, or why there is none at its place. */
export type IntakeValue = { readonly value: unknown } | { readonly reason: string };

/** What became of the values of one body. */
type IntakeResult = {
  readonly accepted: number;
  readonly duplicates: number;
  /** By place in the body, from 0. */
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
};

/** Counts what bodies bring, each in transactions of its own: when it returns, the records are on the disk. */
export type Intake = (values: readonly IntakeValue[]) => Promise<IntakeResult>;

/** The intake of a ledger. Errors of its database are thrown; a body that comes again then is counted once. */
export function createIntake(ledger: Ledger, now: () => number): Intake {
  const hash = new IdentityHash();
  let batch: SpendBatch = createBatch(new Texts(), BATCH_ROWS);
  const next = oneAtATime();
  const take: Intake = async (values) => {
    const rejected: { index: number; reason: string }[] = [];
    const places: number[] = [];
    let accepted = 0;
    let duplicates = 0;
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const result = await foldBatch(ledger, batch, { now: now(), source: RECORDS_SOURCE });
      accepted += result.counted;
      duplicates += result.duplicates;
      for (const [row, outcome] of result.outcomes.entries()) {
        if (outcome !== OUTCOME.tooOld) continue;
        rejected.push({ index: places[row] ?? 0, reason: "its day is closed: nobody can tell whether it was counted" });
      }
      batch.length = 0;
      places.length = 0;
    };
    const pause = createPause();
    batch.length = 0;
    if (batch.texts.size > MOST_TEXTS) batch = createBatch(new Texts(), BATCH_ROWS);
    for (const [index, given] of values.entries()) {
      await pause();
      const reading = "reason" in given ? ({ kind: "bad", ...given } as const) : readSpendRecord(given.value);
      if (reading.kind === "bad") {
        rejected.push({ index, reason: reading.reason });
        continue;
      }
      appendRecord(batch, reading.record, hash);
      places.push(index);
      if (batch.length === BATCH_ROWS) await flush();
    }
    await flush();
    return { accepted, duplicates, rejected: rejected.sort((a, b) => a.index - b.index) };
  };
  // Bodies share a batch.
  return (values) => next(() => take(values));
}
