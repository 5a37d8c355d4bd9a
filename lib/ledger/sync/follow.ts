import { ByteTexts } from "../batch/byte-texts.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";
import { literal } from "../postgres/sql-text.ts";
import { microsOf, millisecondsOf } from "../postgres/wire.ts";
import { type Progress, progressText } from "./progress.ts";
import { idRange } from "./read-table.ts";
import { type PageEnd, readPage } from "./rows/read-rows.ts";
import { addRead, OVERLAP_MS, PAGE_TIMEOUT_MS, type Run, type Tally } from "./run.ts";
import { Stopped } from "./stopped.ts";
import { beforeTheEnd, since } from "./table/moments.ts";

const PAGE_ROWS = 5000;
/** A mark of how far ids had come, so often; the overlap begins at the newest that is old enough. */
const MARK_EVERY_MS = 300_000;
/** Ids that are read again at most: a row whose transaction was open for long while others went ahead. */
const MOST_OVERLAP_IDS = 50_000n;

/** Reads what is new, page by page, with an overlap for rows that come late; gives the progress. */
export async function follow(run: Run, progress: Progress, tally: Tally): Promise<Progress> {
  return run.table.order === "time" ? followTimes(run, progress, tally) : followIds(run, progress, tally);
}

async function followTimes(run: Run, progress: Progress, tally: Tally): Promise<Progress> {
  const { table } = run;
  // A row from the future must not hide those that come before it.
  const knownAt = Math.min(millisecondsOf(progress.cursor.micros), run.now());
  const start = since(table, knownAt - OVERLAP_MS);
  const where = (end: PageEnd | undefined) => {
    const from =
      end === undefined
        ? start
        : `(${table.timeKey}, ${table.idKey}) > (${table.timeLiteral(end.micros)}, ${idLiteral(run, end.id)})`;
    return `${from} AND ${beforeTheEnd(table)}`;
  };
  const order = `${table.timeKey}, ${table.idKey}`;
  return pages(run, { where, order, knownAt, isBehind: (end) => end.micros <= microsOf(knownAt) }, progress, tally);
}

async function followIds(run: Run, progress: Progress, tally: Tally): Promise<Progress> {
  const { table } = run;
  const range = await idRange(run);
  const now = run.now();
  const isNew =
    range === undefined || progress.fileNode !== table.fileNode || BigInt(range.last) < BigInt(progress.cursor.id);
  // After a TRUNCATE the ids begin anew, and every row that is there now came after it.
  const known: Progress = isNew
    ? {
        ...progress,
        fileNode: table.fileNode,
        cursor: { ...progress.cursor, id: before(range?.first ?? "0") },
        marks: [],
      }
    : progress;
  const from = overlapStart(known, now);
  const where = (end: PageEnd | undefined) => `${table.idKey} > ${end?.id ?? from}`;
  const isBehind = (end: PageEnd) => BigInt(end.id) <= BigInt(known.cursor.id);
  const reached = await pages(run, { where, order: table.idKey, isBehind }, known, tally);
  return { ...reached, marks: marked(reached, now) };
}

/** How pages go on, and whether one lies wholly in what has been read before. */
type Paging = {
  readonly where: (end: PageEnd | undefined) => string;
  readonly order: string;
  /** Rows that began until then count as late when they are new. */
  readonly knownAt?: number;
  readonly isBehind: (end: PageEnd) => boolean;
};

async function pages(run: Run, paging: Paging, start: Progress, tally: Tally): Promise<Progress> {
  const { table, signal } = run;
  const texts = new ByteTexts();
  let progress = start;
  let end: PageEnd | undefined;
  for (;;) {
    if (signal.aborted) throw new Stopped();
    const batches: SpendBatch[] = [];
    const request = { table, where: paging.where(end), texts, timeoutMs: PAGE_TIMEOUT_MS, signal };
    const page = await readPage(
      run.client,
      { ...request, onBatch: (batch) => void batches.push({ ...batch }) },
      { order: paging.order, rows: PAGE_ROWS },
    );
    addRead(tally, page);
    if (page.end === undefined) return progress;
    end = page.end;
    const isBehind = paging.isBehind(end);
    if (!isBehind) progress = { ...progress, cursor: end };
    for (const batch of batches) await countPage(run, batch, progress, { isBehind, knownAt: paging.knownAt }, tally);
    run.onStep({ rows: tally.rows, daysDone: 0, days: 0 });
    if (page.rows < PAGE_ROWS) return progress;
  }
}

async function countPage(
  run: Run,
  batch: SpendBatch,
  progress: Progress,
  { isBehind, knownAt }: { readonly isBehind: boolean; readonly knownAt: number | undefined },
  tally: Tally,
): Promise<void> {
  const { counted, tooOld, outcomes } = await run.sink.fold(batch, progressText(progress));
  tally.counted += counted;
  tally.tooOld += tooOld;
  for (let row = 0; row < batch.length; row++) {
    const isCounted = outcomes[row] === 0;
    if (isCounted && (knownAt === undefined ? isBehind : (batch.startedAt[row] ?? 0) <= knownAt)) tally.late += 1;
  }
}

function overlapStart(progress: Progress, now: number): string {
  const { cursor, marks } = progress;
  const newest = marks.findLast((mark) => mark.at <= now - OVERLAP_MS) ?? marks[0];
  if (newest === undefined) return cursor.id;
  const least = BigInt(cursor.id) - MOST_OVERLAP_IDS;
  return BigInt(newest.id) > least ? newest.id : String(least);
}

function marked({ marks, cursor }: Progress, now: number): Progress["marks"] {
  const newest = marks.at(-1);
  if (newest !== undefined && now - newest.at < MARK_EVERY_MS) return marks;
  const oldest = marks.findLastIndex((mark) => mark.at <= now - OVERLAP_MS);
  return [...marks.slice(Math.max(0, oldest)), { at: now, id: cursor.id }];
}

function before(id: string): string {
  return String(BigInt(id) - 1n);
}

/** The id of a page's end as SQL; ids of a type that is neither text nor number are compared as such. */
function idLiteral({ table }: Run, id: string): string {
  return table.identity === "id" ? literal(id) : id;
}
