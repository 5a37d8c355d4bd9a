import { ByteTexts } from "../batch/byte-texts.ts";
import type { DayResult } from "../fold/fold-day.ts";
import { oneAtATime } from "../sql/one-at-a-time.ts";
import { streamRows } from "./rows/read-rows.ts";
import { addRead, BULK_TIMEOUT_MS, OPEN_DAYS, type Run, type Tally } from "./run.ts";
import { Overtaken } from "./stopped.ts";
import { DAY_MS, ofDay } from "./table/moments.ts";

/** Days that are read at once, each over a connection of its own. */
const AT_ONCE = 2;
/** After so many distinct texts the next day begins anew with them, so that memory stays flat. */
const MOST_TEXTS = 150_000;
const MOST_TRIES = 5;
/** Rows whose cells may be garbage before it is collected: some 30 MB. */
const GARBAGE_ROWS = 60_000;

/** How days are read whole. */
export type DayReading = {
  readonly days: readonly number[];
  readonly force: boolean;
  /** The progress that is written with a day, told the first day that is not in the ledger yet. */
  readonly progressBefore?: (day: number | undefined) => string;
};

/**
 * Reads days whole, two at once, each in place of what the ledger had of it. @throws Stopped, and what the client
 * throws.
 */
export async function readDays(run: Run, { days, force, progressBefore }: DayReading, tally: Tally): Promise<void> {
  const done = new Set<number>();
  const waiting = [...days];
  const next = oneAtATime();
  let stepRows = 0;
  let collectedRows = 0;
  const readDay = async (day: number, texts: ByteTexts, tries: number): Promise<DayResult> => {
    const { table, signal } = run;
    const keepsIdentities = day > Math.floor(run.now() / DAY_MS) - OPEN_DAYS;
    const sheet = run.sink.beginDay(day, { keepsIdentities, mayRepeat: table.mayRepeat });
    await sheet.begun();
    const read = await streamRows(run.client, {
      table,
      where: ofDay(table, day),
      texts,
      timeoutMs: BULK_TIMEOUT_MS,
      signal,
      isAnonymous: !keepsIdentities && !table.mayRepeat,
      onBatch(batch) {
        sheet.add(batch);
        stepRows += batch.length;
        run.onStep({ rows: stepRows, daysDone: done.size, days: days.length });
      },
    });
    // One after the other, as rows of the newest sheet stand at the end of each table, where they are added fastest.
    const outcome = await next(async () => {
      const first = days.find((other) => other !== day && !done.has(other));
      const committed = await sheet.commit({ force, ...(progressBefore ? { progress: progressBefore(first) } : {}) });
      // Before the next commit asks which days are missing.
      if (committed.kind !== "changed") done.add(day);
      return committed;
    });
    if (outcome.kind === "changed" && tries > 1) return readDay(day, texts, tries - 1);
    addRead(tally, read);
    return outcome;
  };
  const work = async (): Promise<void> => {
    let texts = new ByteTexts();
    for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
      if (texts.texts.size > MOST_TEXTS) texts = new ByteTexts();
      const outcome = await readDay(day, texts, MOST_TRIES);
      if (outcome.kind === "replaced") tally.counted += outcome.records;
      else if (outcome.kind === "fewer") tally.fewer.push({ day, source: outcome.source, ledger: outcome.ledger });
      else throw new Overtaken();
      // The cells of a day are megabytes outside of the heap, which alone would not make the collector run.
      if (stepRows - collectedRows >= GARBAGE_ROWS) {
        collectedRows = stepRows;
        Bun.gc(true);
      }
    }
  };
  await allOrFirstFailure(Array.from({ length: AT_ONCE }, work), () => waiting.splice(0));
  run.onStep({ rows: stepRows, daysDone: done.size, days: days.length });
}

/** Waits for all; where one fails, the others take nothing new, and the failure is thrown once all have ended. */
async function allOrFirstFailure(all: readonly Promise<void>[], onFailure: () => void): Promise<void> {
  const guarded = all.map((one) =>
    one.catch((error: unknown) => {
      onFailure();
      throw error;
    }),
  );
  const ended = await Promise.allSettled(guarded);
  const failed = ended.find((one) => one.status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
