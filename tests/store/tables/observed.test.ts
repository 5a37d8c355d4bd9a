import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { type ObservedRun, runsIn } from "../../../lib/store/tables/observed.ts";
import type { PageWish } from "../../support/page.ts";
import { DAY, MINUTE, NOON, openTestStore, SECOND, scrape, scrapeAny } from "../../support/store.ts";

const PAGE: PageWish = { start: NOON / 1000 - 3600, requests: [[{}, 5]] };

/** The runs in minutes after noon. */
function runsOf(db: Database, from = -1e6, to = 1e6): [number, number, boolean][] {
  const minutes = (at: number) => (at - NOON) / MINUTE;
  return runsIn(db, NOON + from * MINUTE, NOON + to * MINUTE).map(({ fromAt, toAt, isEstimated }: ObservedRun) => [
    minutes(fromAt),
    minutes(toAt),
    isEstimated,
  ]);
}

function scraped(...minutes: number[]): Database {
  const db = openTestStore();
  for (const minute of minutes) scrape(db, PAGE, { at: NOON + minute * MINUTE });
  return db;
}

describe("what was observed", () => {
  test.each<[string, number[], [number, number, boolean][]]>([
    ["begins with the first page, before which there is nothing", [3], [[3, 3, false]]],
    ["grows with each page", [0, 1, 2, 3.5], [[0, 3.5, false]]],
    ["is plain up to two minutes between pages", [0, 2, 4], [[0, 4, false]]],
    ["is estimated beyond", [0, 2.01], [[0, 2.01, true]]],
    [
      "is estimated in the gap alone",
      [0, 1, 31, 32],
      [
        [0, 1, false],
        [1, 31, true],
        [31, 32, false],
      ],
    ],
    ["is one estimated run where all pages lie far apart", [0, 60, 120, 180], [[0, 180, true]]],
  ])("%s", (_, minutes, runs) => {
    expect(runsOf(scraped(...minutes))).toEqual(runs);
  });

  test("is read by the runs that touch a window", () => {
    const db = scraped(0, 1, 31, 32);
    expect(runsOf(db, 1, 31)).toEqual([[1, 31, true]]);
    expect(runsOf(db, 32, 60)).toEqual([]);
    expect(runsOf(db, 0.5, 1)).toEqual([[0, 1, false]]);
  });

  test("does not grow by a failed or an outdated page", () => {
    const db = scraped(0, 1);
    scrapeAny(db, PAGE, { at: NOON + 30 * SECOND, now: NOON + 5 * MINUTE });
    expect(runsOf(db)).toEqual([[0, 1, false]]);
  });

  test("begins anew when the clock is set back, and leaves what it was before", () => {
    const db = scraped(0, 60);
    for (const minute of [0, 1]) {
      scrape(db, PAGE, { at: NOON + minute * MINUTE, now: NOON + minute * MINUTE });
    }
    expect(runsOf(db)).toEqual([[0, 60, true]]);
    scrape(db, PAGE, { at: NOON - DAY, now: NOON - DAY });
    expect(runsOf(db)).toEqual([
      [-1440, -1440, false],
      [0, 60, true],
    ]);
  });

  test("is of each target its own", () => {
    const db = openTestStore();
    for (const minute of [0, 1, 2])
      scrape(db, { requests: [[{}, 1]] }, { at: NOON + minute * MINUTE, url: "http://one/" });
    for (const minute of [1, 11])
      scrape(db, { requests: [[{}, 1]] }, { at: NOON + minute * MINUTE, url: "http://two/" });
    expect(runsOf(db)).toEqual([
      [0, 2, false],
      [1, 11, true],
    ]);
  });
});
