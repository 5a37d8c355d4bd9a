import type { SpendBatch } from "../batch/spend-batch.ts";
import { ByteTexts } from "./byte-texts.ts";
import { DAY_MS, during, HOUR_MS, rowsPerHour } from "./moments.ts";
import { type Progress, progressText } from "./progress.ts";
import { streamRows } from "./read-rows.ts";
import { addRead, OVERLAP_MS, PAGE_TIMEOUT_MS, type Run, type Tally } from "./run.ts";

/**
 * Once a day: counts the rows of each hour of the last day before the overlap, and reads an hour again of which the
 * source has more than the ledger. So a row that came later than the overlap is still counted. Gives the progress.
 */
export async function recount(run: Run, progress: Progress, tally: Tally): Promise<Progress> {
  const now = run.now();
  if (Math.abs(now - progress.countedAt) < DAY_MS) return progress;
  const toAt = Math.floor((now - OVERLAP_MS) / HOUR_MS) * HOUR_MS;
  const fromAt = toAt - DAY_MS;
  const atSource = await rowsPerHour(run.client, run.table, { fromAt, toAt, timeoutMs: PAGE_TIMEOUT_MS });
  const inLedger = run.sink.recordsPerHour(fromAt, toAt);
  const { table, signal } = run;
  for (const [hour, rows] of atSource) {
    if (rows <= (inLedger.get(hour) ?? 0)) continue;
    const onBatch = (batch: SpendBatch) => {
      const { counted, tooOld } = run.sink.fold(batch, progressText(progress));
      tally.counted += counted;
      tally.late += counted;
      tally.tooOld += tooOld;
    };
    const where = during(table, hour, hour + HOUR_MS);
    const texts = new ByteTexts();
    addRead(tally, await streamRows(run.client, { table, where, texts, timeoutMs: PAGE_TIMEOUT_MS, signal, onBatch }));
  }
  return { ...progress, countedAt: now };
}
