/** Falls are judged over this many good pages of a target. */
const WINDOW_PAGES = 10;
/** So many falls that each came back in one step are workers answering in turn. */
const FALLS_IN_TURN = 3;
/** A high-water mark that so many good pages did not reach belongs to a worker that is gone. */
const HIGH_WATER_PAGES = 100;

/** A series that was lower than before on page `page` and has not come back yet. */
type OpenFall = { readonly page: number; readonly series: number; readonly before: number; readonly to: number };

/** The highest value of a series that stands below it now, and the page on which it was reached. */
type HighWater = { readonly value: number; readonly page: number };

/** What is remembered of the falls of one target. Pages are the numbers of its good pages. */
export type TurnWatch = {
  readonly isInTurn: boolean;
  /** Fall pages of the last ten good pages, and whether each fall came back in one step. */
  readonly falls: ReadonlyMap<number, boolean>;
  readonly open: readonly OpenFall[];
  /** By series: only those that stand below their high-water mark. */
  readonly highs: ReadonlyMap<number, HighWater>;
};

export const QUIET_WATCH: TurnWatch = { isInTurn: false, falls: new Map(), open: [], highs: new Map() };

/** A known series on the page that nothing ties to its process, with its value on the newest page that had it. */
export type TurnSample = { readonly series: number; readonly value: number; readonly last: number };

/** The value above which the growth of a series is new, whoever of several workers answered. */
export function highWaterOf(watch: TurnWatch, sample: TurnSample): number {
  return Math.max(watch.highs.get(sample.series)?.value ?? sample.last, sample.last);
}

/**
 * Judges one more good page (DESIGN, accounting rule 3): a fall is a restart, unless three falls within ten good pages
 * each came back in one step to the values before them; then workers answer in turn until ten good pages show no fall.
 */
export function watchTurns(watch: TurnWatch, page: number, samples: readonly TurnSample[]): TurnWatch {
  const isOld = (since: number) => since <= page - WINDOW_PAGES;
  const bySeries = new Map(samples.map((sample) => [sample.series, sample]));
  const falls = new Map([...watch.falls].filter(([at]) => !isOld(at)));
  const open: OpenFall[] = [];
  for (const [at, fallen] of groupByPage(watch.open)) {
    if (isOld(at)) continue;
    const here = fallen.flatMap((fall) => {
      const sample = bySeries.get(fall.series);
      return sample ? [{ fall, sample }] : [];
    });
    const back = here.filter(({ fall, sample }) => sample.value >= fall.before);
    if (back.length === 0) open.push(...fallen);
    else if (back.length === here.length && back.every(isOneStep)) falls.set(at, true);
  }
  const fresh = samples.filter((sample) => sample.value < sample.last);
  for (const { series, last, value } of fresh) open.push({ page, series, before: last, to: value });
  if (fresh.length > 0) falls.set(page, false);

  const returned = [...falls.values()].filter(Boolean).length;
  const isInTurn = returned >= FALLS_IN_TURN || (watch.isInTurn && falls.size > 0);
  const highs = new Map<number, HighWater>();
  const keepPages = isInTurn ? HIGH_WATER_PAGES : WINDOW_PAGES;
  for (const [series, high] of watch.highs) if (page - high.page <= keepPages) highs.set(series, high);
  for (const sample of samples) {
    const high = Math.max(highs.get(sample.series)?.value ?? 0, sample.last);
    if (sample.value >= high) highs.delete(sample.series);
    else if (!highs.has(sample.series) && sample.value < sample.last) highs.set(sample.series, { value: high, page });
  }
  return { isInTurn, falls, open, highs };
}

function isOneStep({ fall, sample }: { fall: OpenFall; sample: TurnSample }): boolean {
  return sample.last - fall.to <= (fall.before - fall.to) / 2;
}

function groupByPage(open: readonly OpenFall[]): Map<number, OpenFall[]> {
  return Map.groupBy(open, (fall) => fall.page);
}
