import type { ModelRow, RowReader } from "./read-rows.ts";

/** The predecessor writes model rows right after the row of their scrape; their second may be a later one. */
const LATE_MS = 5000;

/** What is known of the rows around some moments. */
type Around = {
  /** The moment after them, undefined where there is none. */
  readonly untilAt: number | undefined;
  /** The clock was set back later, so that the same times come again. */
  readonly repeatsLater: boolean;
  /** Model rows up to this one belong to earlier rows of the same times. */
  readonly afterId: number;
};

/** Finds the model rows of moments that follow each other in time, by moment, and the last of them. */
export function modelsOfMoments(
  reader: RowReader,
  moments: readonly { readonly at: number }[],
  { untilAt, repeatsLater, afterId }: Around,
): { readonly rows: ReadonlyMap<number, readonly ModelRow[]>; readonly lastId: number } {
  const rows = new Map<number, readonly ModelRow[]>();
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last) return { rows, lastId: afterId };
  const end = (at: number, nextAt: number | undefined) =>
    Math.min(at + LATE_MS, nextAt !== undefined && nextAt > at ? nextAt - 1000 : at + LATE_MS);
  const ends = moments.map(({ at }, index) => end(at, moments[index + 1]?.at ?? untilAt));
  const range = {
    fromTs: first.at / 1000,
    toTs: (ends.at(-1) ?? last.at) / 1000,
    afterId,
    isOnce: afterId === 0 && !repeatsLater,
  };
  let lastId = afterId;
  const bySecond = rowsBySecond(reader.models(range));
  for (const [index, { at }] of moments.entries()) {
    for (let ts = at / 1000; ts * 1000 <= (ends[index] ?? at); ts++) {
      const found = bySecond.get(ts);
      if (!found) continue;
      const own = repeatsLater ? firstBlock(found) : found;
      const earlier = rows.get(at);
      rows.set(at, earlier ? [...earlier, ...own] : own);
      lastId = Math.max(lastId, own.at(-1)?.[0] ?? 0);
    }
  }
  return { rows, lastId };
}

/** Rows of one second mostly stand together, so that a second is looked up once and not for each of its rows. */
function rowsBySecond(rows: readonly ModelRow[]): Map<number, ModelRow[]> {
  const bySecond = new Map<number, ModelRow[]>();
  let second: number | undefined;
  let same: ModelRow[] = [];
  for (const row of rows) {
    if (row[1] !== second) {
      second = row[1];
      same = bySecond.get(second) ?? [];
      bySecond.set(second, same);
    }
    same.push(row);
  }
  return bySecond;
}

/** The rows that were written in one go. */
function firstBlock(rows: readonly ModelRow[]): readonly ModelRow[] {
  const end = rows.findIndex(([id], index) => index > 0 && id !== (rows[index - 1]?.[0] ?? 0) + 1);
  return end === -1 ? rows : rows.slice(0, end);
}
