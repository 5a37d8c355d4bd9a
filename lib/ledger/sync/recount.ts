import { ByteTexts } from "../batch/byte-texts.ts";
import { copyBatch, type SpendBatch } from "../batch/spend-batch.ts";
import { millisecondsOf } from "../postgres/wire.ts";
import { type Progress, progressText } from "./progress.ts";
import { streamRows } from "./rows/read-rows.ts";
import { addRead, OPEN_DAYS, OVERLAP_MS, PAGE_TIMEOUT_MS, type Run, type Tally } from "./run.ts";
import { DAY_MS, during, HOUR_MS, rowsPerHour } from "./table/moments.ts";

/**
 * Once a day: counts the rows of each hour of the days that are still open, up to the one in which the overlap begins, and
 * reads an hour again of which the source has more than the ledger. So a row is still counted that came later than the
 * overlap, up to a day after it began. Gives the progress.
 */
export async function recount(run: Run, progress: Progress, tally: Tally): Promise<Progress> {
  const now = run.now();
  if (Math.abs(now - progress.countedAt) < DAY_MS) return progress;
  // What is newer than the newest known row is not late: the pages will bring it.
  const knownAt = Math.min(now, millisecondsOf(progress.cursor.micros));
  // With the hour in which the overlap begins: what lies before it in that hour is nobody else's to find.
  const toAt = Math.ceil((knownAt - OVERLAP_MS) / HOUR_MS) * HOUR_MS;
  const fromAt = (Math.floor(now / DAY_MS) - OPEN_DAYS + 1) * DAY_MS;
  if (fromAt >= toAt) return { ...progress, countedAt: now };
  const atSource = await rowsPerHour(run.client, run.table, { fromAt, toAt, timeoutMs: PAGE_TIMEOUT_MS });
  const inLedger = await run.sink.recordsPerHour(fromAt, toAt);
  const { table, signal } = run;
  for (const [hour, rows] of atSource) {
    if (rows <= (inLedger.get(hour) ?? 0)) continue;
    let folding = Promise.resolve();
    const onBatch = (batch: SpendBatch) => {
      const own = copyBatch(batch);
      folding = folding.then(async () => {
        const { counted, tooOld } = await run.sink.fold(own, progressText(progress));
        tally.counted += counted;
        tally.late += counted;
        tally.tooOld += tooOld;
      });
      folding.catch(() => {}); // Thrown below, where it is awaited.
    };
    const where = during(table, hour, hour + HOUR_MS);
    const texts = new ByteTexts();
    addRead(tally, await streamRows(run.client, { table, where, texts, timeoutMs: PAGE_TIMEOUT_MS, signal, onBatch }));
    await folding;
  }
  return { ...progress, countedAt: now };
}
