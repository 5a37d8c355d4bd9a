import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { purge } from "../../../lib/store/purge.ts";
import { lifetimeByModel, lifetimeTotals } from "../../../lib/store/read/totals.ts";
import { allTargets } from "../../../lib/store/tables/targets.ts";
import type { PageWish } from "../../support/page.ts";
import {
  bucketsOf,
  type Committed,
  DAY,
  MINUTE,
  NOON,
  openTestStore,
  scrape,
  sumsOf,
  UTC,
} from "../../support/store.ts";

/** A page that names no process: requests by model. */
const nameless = (...values: (number | undefined)[]): PageWish => ({
  requests: values.flatMap((value, index) =>
    value === undefined ? [] : [[{ requested_model: `m${index}` }, value] as const],
  ),
});

/** Scrapes pages, a minute apart, and gives the commits. */
function scrapeAll(db: Database, pages: readonly PageWish[], first = 0): Committed[] {
  return pages.map((page, index) => scrape(db, page, { at: NOON + (first + index) * MINUTE }));
}

const inTurn = (...values: number[]) => values.map((value) => nameless(value));
const requests = (db: Database) => sumsOf(db, "lifetime").requests ?? 0;

describe("a fall of a page that names no process", () => {
  test("by more than half of the requests is a restart: all that the page shows is new", () => {
    const db = openTestStore();
    const commits = scrapeAll(db, [nameless(100, 10), nameless(30, 12)]);
    expect(commits.map(({ isReset }) => isReset)).toEqual([false, true]);
    expect(requests(db)).toBe(42);
  });

  test("by less is no restart, and what fell is new all the same", () => {
    const db = openTestStore();
    const commits = scrapeAll(db, [nameless(100, 100), nameless(40, 103)]);
    expect(commits.map(({ isReset }) => isReset)).toEqual([false, false]);
    expect(requests(db)).toBe(43);
  });

  test("ends series that are not on the page, too: they count from zero when they come back higher", () => {
    const db = openTestStore();
    scrapeAll(db, [nameless(100, 10), nameless(5, undefined), nameless(6, 25)]);
    expect(requests(db)).toBe(5 + 1 + 25);
  });

  test("behind a page without any requests is a restart where most of them are still missing", () => {
    const db = openTestStore();
    const pages = [nameless(5, 1, 1), nameless(), nameless(), nameless(undefined, 1), nameless(5, 2, 1)];
    const commits = scrapeAll(db, [nameless(0, 0, 0), ...pages]);
    expect(commits.map(({ isReset }) => isReset)).toEqual([false, false, false, false, true, false]);
    expect(requests(db)).toBe(5 + 1 + 1 + 5 + 2 + 1);
  });

  test("behind a page without any requests is none where they are back: that page was of something else", () => {
    const db = openTestStore();
    const commits = scrapeAll(db, [nameless(50, 10, 10), nameless(), nameless(51, 10), nameless(51, 11, 12)]);
    expect(commits.map(({ isReset }) => isReset)).toEqual([false, false, false, false]);
    expect(requests(db)).toBe(1 + 1 + 2);
  });

  test("spreads what came back after a restart over the time since the restart", () => {
    const db = openTestStore();
    scrape(db, nameless(100, 10), { at: NOON });
    scrape(db, nameless(5), { at: NOON + MINUTE });
    scrape(db, nameless(5), { at: NOON + 30 * MINUTE });
    scrape(db, nameless(5, 29), { at: NOON + 30 * MINUTE + 1 });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 5 + 14, "12:15": 15 });
  });

  test("in a crash loop is a restart each time", () => {
    const db = openTestStore();
    const commits = scrapeAll(db, [nameless(500), ...inTurn(3, 12, 2, 9, 1, 7, 2, 6, 1)]);
    expect(commits.filter(({ isReset }) => isReset)).toHaveLength(5);
    expect(requests(db)).toBe(12 + 9 + 7 + 6 + 1);
    expect(allTargets(db)[0]).toMatchObject({ restarts: 5, turns: { isInTurn: false } });
  });

  test("is none where a process is named: each begins its own counters", () => {
    const db = openTestStore();
    const named = (start: number, value: number): PageWish => ({
      start: NOON / 1000 + start,
      requests: [[{ m: "a" }, value]],
    });
    const pages = [named(-10, 100), named(30, 5), named(200, 4), named(300, 3), named(400, 2), named(500, 1)];
    for (const [index, page] of pages.entries()) scrape(db, page, { at: NOON + index * 100 * 1000 });
    expect(requests(db)).toBe(15);
    expect(allTargets(db)[0]).toMatchObject({ restarts: 5, turns: { isInTurn: false } });
  });
});

describe("workers that answer in turn, with nothing to tell them apart", () => {
  const TWO = inTurn(100, 40, 105, 43, 110, 46, 115);

  test("have what their falls booked taken back, everywhere, and only what is beyond the highest stays", () => {
    const db = openTestStore();
    const commits = scrapeAll(db, TWO.slice(0, -1));
    expect(requests(db)).toBe(40 + 65 + 43 + 67 + 46);
    expect(commits.map(({ isReset }) => isReset)).toEqual([false, true, false, true, false, true]);
    const last = scrape(db, nameless(115), { at: NOON + 6 * MINUTE });
    expect(last).toMatchObject({ isInTurn: true, turnsBegan: true, isReset: false });
    for (const table of ["bucket", "day", "lifetime", "snapshot"] as const)
      expect(sumsOf(db, table)).toEqual({ requests: 15 });
    const flagged = db.query<{ n: number }, []>("SELECT SUM(is_reset) AS n FROM snapshot").get()?.n;
    expect([flagged, allTargets(db)[0]?.restarts]).toEqual([0, 0]);
  });

  test("book from then on what exceeds the highest value that any of them had", () => {
    const db = openTestStore();
    scrapeAll(db, [...TWO, ...inTurn(47, 115, 48, 120, 121, 50, 119 + 3)]);
    expect(requests(db)).toBe(22);
    expect(allTargets(db)[0]?.turns.isInTurn).toBe(true);
  });

  test.each([2, 3, 8])(
    "are found out where there are %p, and what all of them showed beyond the first page stays",
    (workers) => {
      for (let seed = 1; seed <= 2; seed++) {
        const db = openTestStore();
        const pages = turns(workers, 6, seed, 45);
        const commits = pages.map((values, index) => scrape(db, nameless(...values), { at: NOON + index * MINUTE }));
        expect(commits.at(-1)?.isInTurn).toBe(true);
        const [first = []] = pages;
        const highest = first.map((_, series) => Math.max(...pages.map((values) => values[series] ?? 0)));
        const beyond = highest.reduce((sum, value, series) => sum + value - (first[series] ?? 0), 0);
        expect(sumsOf(db, "lifetime")).toEqual({ requests: beyond });
        for (const table of ["bucket", "day", "snapshot"] as const)
          expect(sumsOf(db, table)).toEqual({ requests: beyond });
      }
    },
  );

  test("publish a lifetime that stands still until the corrected one has caught up", () => {
    const db = openTestStore();
    const published: number[] = [];
    const byModel: number[] = [];
    for (const [index, page] of [...TWO, ...inTurn(47, 200, 48, 400, 600)].entries()) {
      scrape(db, page, { at: NOON + index * MINUTE });
      published.push(lifetimeTotals(db).requests);
      byModel.push(lifetimeByModel(db).get("m0")?.requests ?? 0);
    }
    expect(published).toEqual([0, 40, 105, 148, 215, 261, 261, 261, 261, 261, 300, 500]);
    expect(byModel).toEqual(published);
  });

  test("publish a lifetime of what has no model that stands still, too", () => {
    const db = openTestStore();
    for (const [index, value] of [100, 40, 105, 43, 110, 46, 115].entries()) {
      scrape(db, { requests: [[{}, value]] }, { at: NOON + index * MINUTE });
    }
    expect(lifetimeByModel(db).get("")?.requests).toBe(261);
  });

  test("have taken back what lay in a time that was purged since, without a bucket below zero", () => {
    const db = openTestStore();
    for (const [index, page] of TWO.entries()) {
      if (index === 6) purge(db, { retentionDays: 1, now: NOON + index * DAY, zone: UTC });
      scrape(db, page, { at: NOON + index * DAY });
    }
    expect(requests(db)).toBe(15);
    expect(sumsOf(db, "day")).toEqual({ requests: 15 });
    expect(db.query("SELECT * FROM bucket WHERE requests < 0").all()).toEqual([]);
  });

  test("have their falls of long ago taken back, too, as long as none of ten pages was without one", () => {
    const db = openTestStore();
    const slow = [100, 40, 41, 42, 43, 44, 45, 101, 102, 46, 47, 48, 49, 50, 51, 52, 103, 53];
    scrapeAll(db, inTurn(...slow, 104, 54, 105, 55, 106));
    expect(allTargets(db)[0]?.turns.isInTurn).toBe(true);
    expect(requests(db)).toBe(6);
  });

  test("that are over count on from where the counters are", () => {
    const db = openTestStore();
    const after = Array.from({ length: 11 }, (_, index) => nameless(2 + index));
    scrapeAll(db, [...TWO, ...after]);
    expect(requests(db)).toBe(15);
    scrapeAll(db, [nameless(20)], TWO.length + after.length);
    expect([requests(db), allTargets(db)[0]?.turns.isInTurn]).toEqual([23, false]);
  });

  test("keep money, whose parts are no whole numbers, to the last cent and above zero", () => {
    const db = openTestStore();
    for (const [index, value] of [0.7, 0.1, 0.8, 0.2, 0.9, 0.3, 1].entries()) {
      scrape(db, { cost: [[{ model: "a" }, value * 10]] }, { at: NOON + index * MINUTE });
    }
    expect(sumsOf(db, "lifetime").cost).toBeCloseTo(3, 12);
    const below = db.query("SELECT cost FROM bucket WHERE cost < 0 UNION SELECT cost FROM day WHERE cost < 0").all();
    expect(below).toEqual([]);
  });

  test("hold back series that only some of them have", () => {
    const db = openTestStore();
    const [a, b] = [
      [100, 500, undefined],
      [40, undefined, 70],
    ];
    const pages = [a, b, a, b, a, b, a, b].map((values) => nameless(...(values ?? [])));
    scrapeAll(db, pages);
    expect(requests(db)).toBe(70);
  });
});

/** Pages of workers whose counters stand anywhere and grow a little, answered in no order. */
function turns(workers: number, series: number, seed: number, pages: number): number[][] {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const counters = Array.from({ length: workers }, () => Array.from({ length: series }, () => random(1000)));
  return Array.from({ length: pages }, () => {
    for (const worker of counters)
      for (let index = 0; index < series; index++) worker[index] = (worker[index] ?? 0) + random(3);
    return [...(counters[random(workers)] ?? [])];
  });
}
