import { describe, expect, test } from "bun:test";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import {
  bucketsOf,
  DAY,
  daysOf,
  MINUTE,
  NOON,
  openTestStore,
  type ScrapeWish,
  SECOND,
  scrape,
  sumsOf,
} from "../../support/store.ts";

/** LiteLLM's clock in seconds, so many minutes after noon. */
const seconds = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
const OLD = seconds(-300);
const requests = (...series: SeriesWish[]): PageWish => ({ start: OLD, requests: series });
const A = { m: "a" };

describe("the time in which a series grew", () => {
  const booked = (pages: readonly (readonly [number, PageWish, Partial<ScrapeWish>?])[]) => {
    const db = openTestStore();
    for (const [minutes, page, wish] of pages) scrape(db, page, { at: NOON + minutes * MINUTE, ...wish });
    return db;
  };

  test.each<[string, readonly (readonly [number, PageWish])[], Record<string, number>]>([
    [
      "ends at the page up to two minutes",
      [
        [0, requests([A, 0, OLD])],
        [14, requests([A, 0, OLD])],
        [16, requests([A, 8, OLD])],
      ],
      { "12:15": 8 },
    ],
    [
      "is spread beyond",
      [
        [10, requests([A, 0, OLD])],
        [20, requests([A, 8, OLD])],
      ],
      { "12:00": 4, "12:15": 4 },
    ],
    [
      "begins with the page before",
      [
        [0, requests([A, 0, OLD])],
        [10, requests([A, 0, OLD])],
        [40, requests([A, 30, OLD])],
      ],
      { "12:00": 5, "12:15": 15, "12:30": 10 },
    ],
    [
      "begins with the series where that was born later",
      [
        [0, requests()],
        [60, requests([A, 30, seconds(30)])],
      ],
      { "12:30": 15, "12:45": 15 },
    ],
    [
      "begins with the process where that began later",
      [
        [0, requests([A, 9])],
        [60, { start: seconds(45), requests: [[A, 30]] }],
      ],
      { "12:45": 30 },
    ],
    [
      "begins with the page before where a series was revived since",
      [
        [0, requests([A, 9])],
        [30, requests()],
        [45, requests()],
        [60, requests([A, 4])],
      ],
      { "12:45": 4 },
    ],
    [
      "begins with the newest page of the worker, not of another",
      [
        [0, requests([A, 10, OLD])],
        [1, { start: OLD + 1, requests: [[A, 50, OLD + 2]] }],
        [30, requests([A, 10, OLD])],
        [31, { start: OLD + 1, requests: [[A, 80, OLD + 2]] }],
      ],
      { "12:00": 14, "12:15": 15, "12:30": 1 },
    ],
    [
      "begins with the birth of the series where its worker never answered before",
      [
        [0, requests([A, 10, OLD])],
        [29, requests([A, 10, OLD])],
        [30, { start: OLD + 1, requests: [[A, 30, seconds(0)]] }],
      ],
      { "12:00": 15, "12:15": 15 },
    ],
  ])("%s", (_, pages, expected) => {
    expect(bucketsOf(booked(pages), "requests")).toEqual(expected);
  });

  test("is told on our clock, whatever LiteLLM's says", () => {
    const skew = 90 * MINUTE;
    const born = (NOON + skew + 30 * MINUTE) / 1000;
    const db = booked([
      [0, requests(), { dateAt: NOON + skew }],
      [60, requests([A, 30, born]), { dateAt: NOON + skew + 60 * MINUTE }],
    ]);
    expect(bucketsOf(db, "requests")).toEqual({ "12:30": 15, "12:45": 15 });
  });

  test("over two days is spread over days", () => {
    const db = booked([
      [0, requests([A, 0, OLD])],
      [3 * 24 * 60, requests([A, 72, OLD])],
    ]);
    expect(daysOf(db, "requests")).toEqual({ 20261015: 12, 20261016: 24, 20261017: 24, 20261018: 12 });
  });

  test("of a long gap is never dropped", () => {
    const db = booked([
      [0, requests([A, 0, OLD])],
      [400 * 24 * 60, requests([A, 1000, OLD])],
    ]);
    expect(sumsOf(db, "day")).toEqual({ requests: 1000 });
    expect(Object.keys(daysOf(db, "requests")).length).toBe(401);
  });

  test.each<[string, number, number]>([
    ["after the clock was set back by a day", NOON, NOON - DAY],
    ["after a page that was read before the clock was set at all", Date.UTC(1970, 0, 1, 0, 1), NOON],
    ["after a page of 2019", Date.UTC(2019, 11, 31, 23), NOON],
  ])("is nothing that can be known %s: all is booked now and marked", (_, first, next) => {
    const db = openTestStore();
    scrape(db, requests([A, 0, 1]), { at: first, dateAt: null });
    scrape(db, requests([A, 8, 1]), { at: next, dateAt: null });
    const rows = db.query("SELECT at, estimated, requests FROM bucket").all();
    expect(rows).toEqual([{ at: Math.floor(next / 900_000) * 900_000, estimated: 1, requests: 8 }]);
    expect(db.query("SELECT estimated FROM day").all()).toEqual([{ estimated: 1 }]);
  });

  test("marks the shares of a long interval as estimated, and no others", () => {
    const db = booked([
      [0, requests([A, 0, OLD])],
      [1, requests([A, 5, OLD])],
      [31, requests([A, 35, OLD])],
      [46, requests([A, 35, OLD])],
      [47, requests([A, 36, OLD])],
    ]);
    const rows = db.query<{ at: number; estimated: number }, []>("SELECT at, estimated FROM bucket ORDER BY at").all();
    expect(rows.map(({ estimated }) => estimated)).toEqual([1, 1, 1, 0]);
  });

  test("ends when a page was read, though it is committed later", () => {
    const db = openTestStore();
    scrape(db, requests([A, 0, OLD]), { at: NOON });
    scrape(db, requests([A, 5, OLD]), { at: NOON + 14 * MINUTE + 59 * SECOND, now: NOON + 15 * MINUTE + 5 * SECOND });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 5 });
  });
});
