import { describe, expect, test } from "bun:test";
import { highWaterOf, QUIET_WATCH, type TurnWatch, watchTurns } from "../../lib/aggregator/turns.ts";

/** One page: the value of each series, in the order of their numbers; undefined where it is absent. */
type Page = readonly (number | undefined)[];

/** Watches pages one after the other, as the store does, and gives the watch after each. */
function watchPages(pages: readonly Page[]): TurnWatch[] {
  const last = new Map<number, number>();
  let watch = QUIET_WATCH;
  return pages.map((page, index) => {
    const samples = page.flatMap((value, series) => {
      const before = last.get(series);
      if (value !== undefined) last.set(series, value);
      return value === undefined || before === undefined ? [] : [{ series, value, last: before }];
    });
    watch = watchTurns(watch, index + 1, samples);
    return watch;
  });
}

/** The pages, counted from 1, after which workers are taken to answer in turn. */
function turnPages(pages: readonly Page[]): number[] {
  return watchPages(pages).flatMap(({ isInTurn }, index) => (isInTurn ? [index + 1] : []));
}

const single = (...values: number[]): Page[] => values.map((value) => [value]);

describe("workers that answer in turn", () => {
  test.each<[string, Page[], number | undefined]>([
    ["show at the third return of two", single(100, 40, 105, 43, 110, 46, 115), 7],
    ["show though one answers twice", single(100, 40, 41, 105, 43, 110, 46, 115), 8],
    ["show where half of the way back is made before the last step", single(100, 40, 70, 105, 43, 110, 46, 115), 8],
    ["do not where more than half of it is", single(100, 40, 71, 105, 43, 110, 46, 115), undefined],
    [
      "show by the series that both have",
      [
        [100, 5],
        [40, undefined],
        [105, 5],
        [43, undefined],
        [110, 6],
        [46, undefined],
        [115, 6],
      ],
      7,
    ],
    [
      "show where each is ahead in another series",
      [
        [100, 1],
        [40, 9],
        [100, 1],
        [40, 9],
        [100, 1],
      ],
      5,
    ],
    ["show in three of which one is far ahead", single(100, 40, 60, 101, 41, 62, 103, 42, 104), 9],
    [
      "show in three that go round, where one series falls as another comes back",
      [
        [100, 10],
        [40, 50],
        [72, 30],
        [101, 10],
        [40, 51],
        [72, 31],
        [103, 11],
      ],
      6,
    ],
    ["do not show before the third return", single(100, 40, 105, 43, 110, 46), undefined],
    ["are not a restart", single(100, 110, 3, 15, 30), undefined],
    [
      "are not restarts that climb back step by step",
      single(100, 5, 30, 60, 90, 120, 7, 40, 80, 130, 4, 50, 90, 140),
      undefined,
    ],
    ["are not a crash loop that does not reach what was before", single(100, 3, 12, 2, 9, 1, 7, 4, 6, 2, 5), undefined],
    ["are not a crash loop that counts a lot between two pages", single(10, 9, 20, 8, 17, 7, 18, 9, 19), undefined],
    [
      "are not a crash loop in which not every series comes back",
      [
        [50, 7, 9],
        [48, 3, 4],
        [52, 6, 9],
        [49, 2, 8],
        [53, 1, 9],
        [47, 6, 2],
        [55, 5, 3],
        [46, 4, 6],
        [56, 3, 1],
      ],
      undefined,
    ],
    [
      "are not falls that lie further apart",
      single(100, 40, 105, 105, 105, 105, 40, 106, 106, 106, 106, 106, 41, 107, 107, 107),
      undefined,
    ],
    [
      "show at the third return while the first fall lies nine pages back",
      single(100, 40, 105, 105, 105, 41, 106, 106, 106, 42, 107),
      11,
    ],
    [
      "are not three falls of which the first lies ten pages back",
      single(100, 40, 105, 105, 105, 41, 106, 106, 106, 106, 42, 107),
      undefined,
    ],
  ])("%s", (_, pages, from) => {
    expect(turnPages(pages)[0] === from).toBe(true);
  });

  test.each<[string, Page[], [page: number, isBack: boolean][]]>([
    [
      "came back, however much another series grew",
      [
        [100, 10],
        [40, 10],
        [101, 200],
      ],
      [[2, true]],
    ],
    [
      "did not come back while what fell is absent",
      [
        [100, 10],
        [40, 10],
        [undefined, 10],
      ],
      [[2, false]],
    ],
    [
      "came back after ten pages",
      [[100, 10], [40, 10], ...Array(5).fill([41, 20]), ...Array(4).fill([41, 12]), [101, 12]],
      [
        [2, true],
        [8, false],
      ],
    ],
    [
      "came back too late after eleven pages",
      [[100, 10], [40, 10], ...Array(5).fill([41, 20]), ...Array(5).fill([41, 12]), [101, 12]],
      [
        [2, false],
        [8, false],
      ],
    ],
    [
      "did not come back where a series that had stood still is lower",
      [
        [100, 10],
        [40, 10],
        [101, 3],
      ],
      [
        [2, false],
        [3, false],
      ],
    ],
    ["came back where it gained half of its depth", single(100, 40, 130), [[2, true]]],
    ["did not come back where it gained more", single(100, 40, 131), [[2, false]]],
    ["came back where it gained half of its low", single(100, 80, 140), [[2, true]]],
    ["did not come back where it gained more than that", single(100, 80, 141), [[2, false]]],
    ["did not come back where it climbed step by step", single(100, 5, 30, 60, 90, 120), [[2, false]]],
  ])("a fall %s", (_, pages, falls) => {
    expect([...(watchPages(pages).at(-1)?.falls ?? [])]).toEqual(falls);
  });

  test.each([2, 3, 8])("show within thirty pages where %p of them have a dozen series and no order", (workers) => {
    for (let seed = 1; seed <= 20; seed++) expect(turnPages(pagesOf(workers, 12, seed))[0] ?? 99).toBeLessThan(30);
  });

  test("are known by their falls for a hundred pages", () => {
    const left = Array.from({ length: 95 }, (_, index) => [index % 2 === 0 ? 60 : 50]);
    const watches = watchPages([...single(100, 40, 105, 43, 110, 46, 115), ...left]);
    expect([100, 101].map((index) => watches[index]?.falls.has(2))).toEqual([true, false]);
  });

  test("go on while one of them answers for long", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    const pinned = Array.from({ length: 60 }, (_, index) => [47 + Math.floor(index / 10)]);
    expect(turnPages([...shown, ...pinned, ...single(116, 117)])).toHaveLength(63);
    const both: Page[] = [
      [100, 1],
      [40, 9],
      [101, 1],
      [41, 9],
      [102, 1],
    ];
    const one: Page[] = Array.from({ length: 60 }, (_, index) => [103, 1 + index / 100]);
    expect(turnPages([...both, ...one, [42, 9], [103, 2]])).toHaveLength(63);
  });

  test("are over when a fall to values that none of them had did not come back within ten good pages", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    const restarted = single(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    expect(turnPages([...shown, ...restarted])).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });

  test("go on for a hundred good pages that the highest of them answers", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    const quiet = Array.from({ length: 120 }, (_, index) => [116 + index]);
    const during = turnPages([...shown, ...quiet]);
    expect([during[0], during.at(-1)]).toEqual([7, 105]);
  });

  test("go on as long as there is a fall within ten pages", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    const later = single(116, 116, 116, 116, 116, 116, 47, 117, 117, 117, 117, 117, 117, 117, 117, 48);
    expect(turnPages([...shown, ...later])).toHaveLength(17);
  });

  test("are over ten pages after a fall that nothing ties to any of them", () => {
    const shown: Page[] = [[100, 5], [40], [105, 5], [43], [110, 6], [46], [115, 6]];
    const other = Array.from({ length: 14 }, (_, index) => [undefined, 2 + index / 10]);
    expect(turnPages([...shown, ...other]).at(-1)).toBe(17);
  });

  test("are known by the ten newest falls", () => {
    const pages = single(...Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 100 : 40)));
    expect(watchPages(pages).at(-1)?.lows).toHaveLength(10);
  });

  test("are remembered in little, however many series there are", () => {
    const watch = watchPages([8000, 4000, 8001].map((value) => Array.from({ length: 5000 }, () => value))).at(-1);
    expect(watch?.open.length ?? 0).toBeLessThan(1000);
    expect(watch?.falls).toEqual(new Map([[2, true]]));
  });
});

/** Thirty pages of workers whose counters stand anywhere and grow a little, answered in no order. */
function pagesOf(workers: number, series: number, seed: number): Page[] {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const counters = Array.from({ length: workers }, () => Array.from({ length: series }, () => random(1000)));
  return Array.from({ length: 30 }, () => {
    for (const worker of counters)
      for (let index = 0; index < series; index++) worker[index] = (worker[index] ?? 0) + random(3);
    return [...(counters[random(workers)] ?? [])];
  });
}

describe("the high-water mark", () => {
  const highOf = (pages: readonly Page[], next: number): number => {
    const watch = watchPages(pages).at(-1) ?? QUIET_WATCH;
    return highWaterOf(watch, { series: 0, value: next, last: pages.at(-1)?.[0] ?? 0 });
  };

  test("is the last value of a series that did not fall", () => {
    expect(highOf(single(5, 7), 9)).toBe(7);
  });

  test("is held while another worker answers, and rises with the highest", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    expect(highOf([...shown, ...single(50)], 60)).toBe(115);
    expect(highOf([...shown, ...single(50, 130, 51)], 60)).toBe(130);
  });

  test("of a worker that is gone gives way after a hundred pages to the highest of those that are left", () => {
    const shown = single(100, 40, 105, 43, 110, 46, 115);
    const left = Array.from({ length: 102 }, (_, index) => [index % 2 === 0 ? 60 : 50]);
    expect(highOf([...shown, ...left.slice(0, 90)], 60)).toBe(115);
    expect(highOf([...shown, ...left], 60)).toBe(60);
  });

  test("gives way likewise where the values are small, and again where those that are left go, too", () => {
    const shown = single(1, 0.4, 1.05, 0.43, 1.1, 0.46, 1.15);
    const left = Array.from({ length: 102 }, (_, index) => [index % 2 === 0 ? 0.6 : 0.5]);
    const lower = Array.from({ length: 210 }, (_, index) => [index % 2 === 0 ? 0.4 : 0.3]);
    expect(highOf([...shown, ...left], 0.6)).toBe(0.6);
    expect(highOf([...shown, ...left, ...lower], 0.4)).toBe(0.4);
  });

  test("of a restart is forgotten after ten pages", () => {
    const pages = single(100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    expect(highOf(pages, 12)).toBe(100);
    expect(highOf([...pages, ...single(12, 13)], 14)).toBe(13);
  });
});
