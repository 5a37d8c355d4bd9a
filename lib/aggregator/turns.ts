/** Falls are judged over this many good pages of a target. */
const WINDOW_PAGES = 10;
/** This many falls that each came back in one step mean workers that answer in turn. */
const FALLS_IN_TURN = 3;
/** What was on none of this many good pages belongs to a worker that is gone. */
const GONE_PAGES = 100;

/** Of a page with a fall, at most this many series that fell are remembered, and as many that did not. */
const WITNESSES = 50;

/** A series on a page with a fall that has not come back yet: its value before and on that page. */
type OpenFall = { readonly page: number; readonly series: number; readonly before: number; readonly to: number };

/** The highest value of a series that is now lower, the page on which it fell, and the highest value since. */
type HighWater = { readonly value: number; readonly page: number; readonly below: number };

/** What is remembered of the falls of one target. Pages are the numbers of its good pages. */
export type TurnWatch = {
  readonly isInTurn: boolean;
  /** Pages with a fall and whether it came back in one step, up to ten good pages after the last. */
  readonly falls: ReadonlyMap<number, boolean>;
  readonly open: readonly OpenFall[];
  /** Some values of the newest pages with a fall, by series; they tell a worker that answered before. */
  readonly lows: readonly (readonly (readonly [series: number, value: number])[])[];
  /** By series: only those that are below their high-water mark. */
  readonly highs: ReadonlyMap<number, HighWater>;
};

export const QUIET_WATCH: TurnWatch = { isInTurn: false, falls: new Map(), open: [], lows: [], highs: new Map() };

/** A known series on the page that nothing ties to its process, with its value on the newest page that had it. */
export type TurnSample = { readonly series: number; readonly value: number; readonly last: number };

/** The value above which the growth of a series is new, whoever of several workers answered. */
export function highWaterOf(watch: TurnWatch, sample: TurnSample): number {
  return Math.max(watch.highs.get(sample.series)?.value ?? sample.last, sample.last);
}

/**
 * Judges one more good page (accounting rule 3): a fall is a restart, unless three falls within ten good pages
 * each came back in one step to the values before them. Then workers answer in turn, until a fall to values that none of
 * them had did not come back within ten good pages, or a hundred of them showed none.
 */
export function watchTurns(watch: TurnWatch, page: number, samples: readonly TurnSample[]): TurnWatch {
  const fallen = samples.filter((sample) => sample.value < sample.last);
  const { open, returned } = judgeOpen(watch, page, samples, fallen.length > 0);
  const falls = new Map([...watch.falls].filter(([at]) => page - at < GONE_PAGES));
  for (const at of returned) falls.set(at, true);
  if (fallen.length > 0) falls.set(page, false);
  const newest = [...falls].at(-1);
  const isOver = newest === undefined || page - newest[0] >= (watch.isInTurn && newest[1] ? GONE_PAGES : WINDOW_PAGES);
  if (isOver) return { ...QUIET_WATCH, highs: highWaters(watch, page, samples, WINDOW_PAGES) };

  const isRecent = ([at, isBack]: readonly [number, boolean]) => isBack && page - at < WINDOW_PAGES;
  const isInTurn = watch.isInTurn || [...falls].filter(isRecent).length >= FALLS_IN_TURN;
  const highs = highWaters(watch, page, samples, GONE_PAGES);
  if (fallen.length === 0) return { isInTurn, falls, open, lows: watch.lows, highs };
  const others = samples.filter((sample) => sample.value >= sample.last);
  const witnesses = [...fallen.slice(0, WITNESSES), ...others.slice(0, WITNESSES)];
  for (const { series, last, value } of witnesses) open.push({ page, series, before: last, to: value });
  if (isInTurn && isKnownWorker(watch, samples)) falls.set(page, true);
  const low = witnesses.map(({ series, value }) => [series, value] as const);
  return { isInTurn, falls, open, lows: [...watch.lows.slice(1 - WINDOW_PAGES), low], highs };
}

/** Whether a page shows no less than another one with a fall did: counters of one worker never fall. */
function isKnownWorker({ lows }: TurnWatch, samples: readonly TurnSample[]): boolean {
  const values = new Map(samples.map(({ series, value }) => [series, value]));
  return lows.some((low) => {
    const here = low.flatMap(([series, value]) => {
      const now = values.get(series);
      return now === undefined ? [] : [now >= value];
    });
    return here.length > 0 && here.every(Boolean);
  });
}

/**
 * Which falls came back with this page: the series of that page are where they were before it or a little higher, in one
 * step, since other series fell with it (`isFall`) or each that had fallen was nearer to its low on the page before.
 */
function judgeOpen(
  watch: TurnWatch,
  page: number,
  samples: readonly TurnSample[],
  isFall: boolean,
): { open: OpenFall[]; returned: number[] } {
  if (watch.open.length === 0) return { open: [], returned: [] };
  const bySeries = new Map(samples.map((sample) => [sample.series, sample]));
  const open: OpenFall[] = [];
  const returned: number[] = [];
  for (const [at, witnesses] of Map.groupBy(watch.open, (fall) => fall.page)) {
    const here = witnesses.flatMap((fall) => {
      const sample = bySeries.get(fall.series);
      return sample ? [{ ...fall, sample }] : [];
    });
    const fallen = here.filter(({ before, to }) => to < before);
    const isBack = fallen.length > 0 && here.every(({ before, sample }) => sample.value >= before);
    if (isBack && isLittleHigher(fallen) && (isFall || fallen.every(isOneStep))) returned.push(at);
    else if (!isBack && page - at < WINDOW_PAGES) open.push(...witnesses);
  }
  return { open, returned };
}

type Return = OpenFall & { readonly sample: TurnSample };

function isOneStep({ before, to, sample }: Return): boolean {
  return sample.last - to <= (before - to) / 2;
}

/** Whether what was gained over the fall is small: a process that had restarted would have gained all it shows. */
function isLittleHigher(returns: readonly Return[]): boolean {
  const sum = (of: (one: Return) => number) => returns.reduce((all, one) => all + of(one), 0);
  const gained = sum(({ before, sample }) => sample.value - before);
  const depth = sum(({ before, to }) => before - to);
  const low = sum(({ to }) => to);
  return gained <= Math.max(depth, low) / 2;
}

/** The high-water marks after a page. One that was not reached for too long gives way to the highest value since. */
function highWaters(
  watch: TurnWatch,
  page: number,
  samples: readonly TurnSample[],
  keepPages: number,
): Map<number, HighWater> {
  const highs = new Map<number, HighWater>();
  for (const [series, high] of watch.highs) {
    highs.set(series, page - high.page <= keepPages ? high : { value: high.below, page, below: 0 });
  }
  for (const { series, value, last } of samples) {
    const known = highs.get(series);
    if (known === undefined && value >= last) continue;
    const high = known ?? { value: last, page, below: 0 };
    if (value >= high.value) highs.delete(series);
    else highs.set(series, { ...high, below: Math.max(high.below, value) });
  }
  return highs;
}
