import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rawByModel } from "../../../lib/store/read/totals.ts";
import { rawValues } from "../../../lib/store/tables/processes.ts";
import { allTargets } from "../../../lib/store/tables/targets.ts";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import { HOUR, MINUTE, NOON, openTestStore, scrape, sumsOf } from "../../support/store.ts";

const seconds = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
const OLD = seconds(-300);
/** A page of a process: requests of one series, which it created so many minutes after noon. */
const page = (start: number, requests: number, created = start): PageWish => ({
  start: seconds(start),
  requests: [[{ requested_model: "a" }, requests, seconds(created)]],
});

type Visit = readonly [minutes: number, page: PageWish];

function scrapeAll(db: Database, visits: readonly Visit[]): boolean[] {
  return visits.map(([minutes, wish]) => scrape(db, wish, { at: NOON + minutes * MINUTE }).isReset);
}

describe("a restart of LiteLLM", () => {
  test.each<[string, Visit[], boolean[]]>([
    [
      "is a process that began after the first good page",
      [
        [0, page(-60, 9)],
        [1, page(-60, 10)],
        [2, page(1.5, 3)],
      ],
      [false, false, true],
    ],
    [
      "is seen though the counters are higher than before",
      [
        [0, page(-60, 9)],
        [60, page(1, 300)],
      ],
      [false, true],
    ],
    ["is not the first page", [[0, page(-1, 9)]], [false]],
    [
      "is not a worker that was there before the first page",
      [
        [0, page(-60, 9)],
        [1, page(-59, 4)],
        [2, page(-60, 9)],
        [3, page(-59, 4)],
      ],
      [false, false, false, false],
    ],
    [
      "is one, however many workers begin with it",
      [
        [0, page(-60, 9)],
        [2, page(1, 1)],
        [3, page(1.01, 2)],
        [4, page(1.9, 1)],
        [5, page(1, 2)],
      ],
      [false, true, false, false, false],
    ],
    [
      "is another one where a worker begins later",
      [
        [0, page(-60, 9)],
        [2, page(1, 1)],
        [9, page(8, 2)],
      ],
      [false, true, true],
    ],
    [
      "is each one of a crash loop",
      [
        [0, page(-60, 9)],
        [2, page(1, 1)],
        [4, page(3, 1)],
        [6, page(5, 1)],
        [8, page(7, 1)],
      ],
      [false, true, true, true, true],
    ],
    [
      "happened while we did not look",
      [
        [0, page(-60, 9)],
        [600, page(300, 900)],
      ],
      [false, true],
    ],
  ])("%s", (_, visits, expected) => {
    const db = openTestStore();
    expect(scrapeAll(db, visits)).toEqual(expected);
    expect(allTargets(db)[0]?.restarts).toBe(expected.filter(Boolean).length);
    const flags = db.query<{ is_reset: number }, []>("SELECT is_reset FROM snapshot ORDER BY page").all();
    expect(flags.map(({ is_reset }) => is_reset === 1)).toEqual(expected);
  });

  test("is judged on LiteLLM's clock", () => {
    const db = openTestStore();
    const skew = 3 * HOUR;
    scrape(db, page(100, 9), { at: NOON, dateAt: NOON + skew });
    expect(scrape(db, page(101, 4), { at: NOON + MINUTE, dateAt: NOON + skew + MINUTE }).isReset).toBe(false);
    expect(scrape(db, page(181, 4), { at: NOON + 2 * MINUTE, dateAt: NOON + skew + 2 * MINUTE }).isReset).toBe(true);
  });

  test("of a LiteLLM that tells no start shows by the birth of its oldest counter", () => {
    const db = openTestStore();
    const startless = (created: number, value: number): PageWish => ({
      requests: [
        [{ requested_model: "a" }, value, seconds(created)],
        [{ requested_model: "b" }, 1, seconds(created + 1)],
      ],
    });
    expect([
      scrape(db, startless(-60, 9), { at: NOON }).isReset,
      scrape(db, startless(-60, 10), { at: NOON + MINUTE }).isReset,
      scrape(db, startless(1.5, 2), { at: NOON + 2 * MINUTE }).isReset,
      scrape(db, startless(1.5, 3), { at: NOON + 3 * MINUTE }).isReset,
    ]).toEqual([false, false, true, false]);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 1 + 3 + 1 });
  });
});

describe("LiteLLM's own value", () => {
  const raw = (db: Database) => rawValues(db, 1).get("requests");

  test("is the sum of the page", () => {
    const db = openTestStore();
    scrapeAll(db, [
      [
        0,
        {
          requests: [
            [{ requested_model: "a" }, 5],
            [{ requested_model: "b" }, 7],
          ],
        },
      ],
    ]);
    expect(raw(db)).toBe(12);
  });

  test("is the sum of the newest page of each worker that answered within ten good pages", () => {
    const db = openTestStore();
    scrapeAll(db, [
      [0, page(-60, 100)],
      [1, page(-59, 40)],
      [2, page(-60, 103)],
    ]);
    expect(raw(db)).toBe(143);
    scrapeAll(
      db,
      [3, 4, 5, 6, 7, 8, 9, 10].map((minute) => [minute, page(-60, 103)]),
    );
    expect(raw(db)).toBe(143);
    scrapeAll(db, [[11, page(-60, 103)]]);
    expect(raw(db)).toBe(103);
    scrapeAll(db, [[12, page(-59, 41)]]);
    expect(raw(db)).toBe(144);
  });

  test.each([2, 3, 8])(
    "adds up %p workers of which nothing but `_created` differs, one of them without a counter",
    (workers) => {
      const db = openTestStore();
      const pages = Array.from({ length: workers }, (_, index): PageWish => {
        const series: SeriesWish[] = [[{ requested_model: "a" }, 10 + index, OLD + index / 100]];
        return { start: OLD, requests: index === 0 ? [] : series };
      });
      for (let round = 0; round < 3; round++) {
        for (const [index, wish] of pages.entries())
          scrape(db, wish, { at: NOON + (round * workers + index) * MINUTE });
      }
      const sum = pages.slice(1).reduce((all, _, index) => all + 11 + index, 0);
      expect(raw(db)).toBe(sum);
      expect(sumsOf(db, "lifetime")).toEqual({});
      expect(rawByModel(db, 1, new Map([[1, "requests"]])).get("a")?.requests).toBe(sum);
    },
  );

  test("of workers that began empty at the same moment is right as soon as they have counters", () => {
    const db = openTestStore();
    const of = (...series: [string, number, number][]): PageWish => ({
      start: OLD,
      requests: series.map(([model, value, created]) => [{ requested_model: model }, value, OLD + created]),
    });
    const visits = [
      of(),
      of(),
      of(["a", 1, 1]),
      of(["b", 5, 2]),
      of(["a", 2, 1]),
      of(["b", 6, 2], ["a", 3, 4]),
      of(["a", 2, 1], ["b", 1, 5]),
    ];
    for (const [index, wish] of visits.entries()) scrape(db, wish, { at: NOON + index * MINUTE });
    expect(raw(db)).toBe(9 + 3);
  });

  test("begins anew at a restart", () => {
    const db = openTestStore();
    scrapeAll(db, [
      [0, page(-60, 100)],
      [1, page(-59, 40)],
      [3, page(2, 7)],
    ]);
    expect(raw(db)).toBe(7);
  });

  test("begins anew at a restart that no process name shows", () => {
    const db = openTestStore();
    const nameless = (requests: number, cost?: number): PageWish => ({
      requests: [[{}, requests]],
      ...(cost === undefined ? {} : { cost: [[{}, cost]] }),
    });
    scrapeAll(db, [
      [0, nameless(100, 5)],
      [1, nameless(3)],
    ]);
    expect([...rawValues(db, 1)]).toEqual([["requests", 3]]);
  });

  test("of a gauge is what the page shows", () => {
    const db = openTestStore();
    for (const [index, value] of [3, 1, 7].entries()) {
      scrape(db, { start: OLD, in_flight_requests: [[{}, value]] }, { at: NOON + index * MINUTE });
      expect(rawValues(db, 1).get("in_flight_requests")).toBe(value);
    }
    expect(sumsOf(db, "bucket")).toEqual({});
  });
});
