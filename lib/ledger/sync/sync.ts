import { microsOf, millisecondsOf } from "../postgres/wire.ts";
import { follow } from "./follow.ts";
import { type Progress, parseProgress, progressText } from "./progress.ts";
import { readDays } from "./read-days.ts";
import { idRange, readTable } from "./read-table.ts";
import { recount } from "./recount.ts";
import { BULK_TIMEOUT_MS, emptyTally, OPEN_DAYS, type Run, type Tally } from "./run.ts";
import { DAY_MS, daysWithRows, rowsWithoutTime } from "./table/moments.ts";

/**
 * Reads what the ledger does not know yet: the whole past the first time, then what is new. @throws Stopped, and what
 * the client throws.
 */
export async function syncNew(run: Run): Promise<Tally> {
  const tally = emptyTally();
  const known = parseProgress(await run.sink.progress());
  const past = known === undefined || known.historyFrom !== undefined ? await readPast(run, known, tally) : known;
  const counted = await recount(run, past, tally);
  const reached = await follow(run, counted, tally);
  await run.sink.closeDaysBefore(Math.floor(run.now() / DAY_MS) - OPEN_DAYS + 1);
  await run.sink.keepProgress(progressText(reached));
  return tally;
}

/** Days to read anew (days since 1970, `to` is not read any more); `force` also replaces by fewer rows. */
export type FullRange = { readonly from: number | undefined; readonly to: number | undefined; readonly force: boolean };

/** Reads days anew from the source and puts each in place of what the ledger has of it. */
export async function syncFull(run: Run, { from, to, force }: FullRange): Promise<Tally> {
  const tally = emptyTally();
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const days = await daysWithRows(run.client, run.table, { ...range, timeoutMs: BULK_TIMEOUT_MS });
  const isWhole = from === undefined && to === undefined;
  if (isWhole) tally.oddities.untimed += await rowsWithoutTime(run.client, run.table, BULK_TIMEOUT_MS);
  const gone = [...(await run.sink.recordsPerDay())].filter(
    ([day]) => (from === undefined || day >= from) && (to === undefined || day < to) && !days.includes(day),
  );
  // The source has nothing of these days at all: its retention took them, or somebody did.
  for (const [day, ledger] of force ? [] : gone) tally.fewer.push({ day, source: 0, ledger });
  const forced = force ? gone.map(([day]) => day) : [];
  await readDays(run, { days: [...days, ...forced].toSorted((a, b) => a - b), force }, tally);
  tally.fewer.sort((a, b) => a.day - b.day);
  return tally;
}

async function readPast(run: Run, known: Progress | undefined, tally: Tally): Promise<Progress> {
  const { table, sink } = run;
  const now = run.now();
  if (table.order === "id") {
    const range = await idRange(run);
    const cursor = { micros: microsOf(now), id: range?.last ?? "0" };
    const marks = range === undefined ? [] : [{ at: now, id: range.last }];
    const progress = { cursor, countedAt: now, fileNode: table.fileNode, marks };
    await readTable(run, { force: false, progress: progressText(progress) }, tally);
    await sink.keepProgress(progressText(progress));
    return progress;
  }
  // Once, as rows without a time are never old or new.
  if (known === undefined) tally.oddities.untimed += await rowsWithoutTime(run.client, table, BULK_TIMEOUT_MS);
  const from = known?.historyFrom;
  // What comes while the past is read is newer than its start less the overlap. All that an earlier start did not get to
  // is read now, unless rows from the future let it pass over days that were yet to come.
  const isPassedOver = known !== undefined && from !== undefined && from * DAY_MS > millisecondsOf(known.cursor.micros);
  const cursor = isPassedOver ? known.cursor : { micros: microsOf(now), id: "" };
  const progress: Progress = { cursor, countedAt: now, fileNode: table.fileNode, marks: [] };
  const days = await daysWithRows(run.client, table, {
    ...(from === undefined ? {} : { from }),
    timeoutMs: BULK_TIMEOUT_MS,
  });
  const progressBefore = (day: number | undefined) =>
    progressText(day === undefined ? progress : { ...progress, historyFrom: day });
  await readDays(run, { days, force: false, progressBefore }, tally);
  await sink.keepProgress(progressText(progress));
  return progress;
}
