import { describe, expect, test } from "bun:test";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import { HOUR, MINUTE, NOON, openTestStore, type ScrapeWish, scrape, sumsOf } from "../../support/store.ts";

/** LiteLLM's clock in seconds, so many minutes after noon. */
const seconds = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
const OLD = seconds(-300);
const requests = (...series: SeriesWish[]): PageWish => ({ start: OLD, requests: series });
const A = { m: "a" };
const B = { m: "b" };

type Row = [situation: string, pages: readonly (readonly [minutes: number, page: PageWish])[], booked: number];

describe("what a series adds", () => {
  test.each<Row>([
    [
      "counters that began before the first page begin at it",
      [
        [0, requests([A, 90, OLD])],
        [1, requests([A, 90, OLD])],
      ],
      0,
    ],
    [
      "a series born since is booked whole",
      [
        [0, requests()],
        [1, requests([A, 7, seconds(0.5)])],
      ],
      7,
    ],
    [
      "a series born since is booked whole, though its process answers for the first time",
      [
        [0, requests([A, 90, OLD])],
        [1, { start: OLD + 1, requests: [[A, 7, seconds(0.5)]] }],
      ],
      7,
    ],
    [
      "a series of another worker that was there before the first page is a baseline",
      [
        [0, requests([A, 90, OLD])],
        [1, { start: OLD + 1, requests: [[A, 40, OLD + 2]] }],
        [2, { start: OLD + 1, requests: [[A, 43, OLD + 2]] }],
      ],
      3,
    ],
    [
      "a label set that LiteLLM dropped and revived is booked whole, by its new `_created`",
      [
        [0, requests([A, 90, OLD])],
        [1, requests()],
        [2, requests([A, 95, seconds(1.5)])],
      ],
      95,
    ],
    [
      "a label set that LiteLLM dropped and revived between two pages is booked whole",
      [
        [0, requests([A, 90, OLD])],
        [1, requests([A, 4, seconds(0.5)])],
      ],
      4,
    ],
    [
      "without `_created` a revived label set is booked whole where it is lower",
      [
        [0, requests([A, 90])],
        [1, requests()],
        [2, requests([A, 5])],
      ],
      5,
    ],
    [
      "without `_created` a label set of a process seen since the first page is booked whole",
      [
        [0, requests([A, 90])],
        [1, requests([A, 90], [B, 6])],
      ],
      6,
    ],
    [
      "without `_created` the first page of a worker that was there before is a baseline",
      [
        [0, requests([A, 90])],
        [
          1,
          {
            start: OLD + 1,
            requests: [
              [A, 40],
              [B, 6],
            ],
          },
        ],
        [
          2,
          {
            start: OLD + 1,
            requests: [
              [A, 42],
              [B, 6],
            ],
          },
        ],
      ],
      2,
    ],
    [
      "without `_created` a process that began since is booked whole",
      [
        [0, requests([A, 90])],
        [1, { start: seconds(0.5), requests: [[A, 95]] }],
      ],
      95,
    ],
    [
      "where nothing names a process a new label set is booked whole",
      [
        [0, { requests: [[A, 90]] }],
        [
          1,
          {
            requests: [
              [A, 90],
              [B, 6],
            ],
          },
        ],
      ],
      6,
    ],
    [
      "where nothing names a process any more all begins anew",
      [
        [0, requests([A, 90])],
        [1, { requests: [[A, 95]] }],
        [2, { requests: [[A, 97]] }],
      ],
      2,
    ],
    [
      "a value that no counter can have is left out, and the next covers it",
      [
        [0, requests([A, 10, OLD])],
        [1, requests([A, "NaN", OLD])],
        [2, requests([A, "+Inf", OLD])],
        [3, requests([A, -5, OLD])],
        [4, requests([A, 14, OLD])],
      ],
      4,
    ],
    [
      "a value that no counter can have on the first page leaves nothing to count from",
      [
        [0, requests([A, "NaN", OLD])],
        [1, requests([A, 14, OLD])],
        [2, requests([A, 15, OLD])],
      ],
      1,
    ],
    [
      "a series whose first value is unusable is booked whole if it was born since",
      [
        [0, requests()],
        [1, requests([A, "NaN", seconds(0.5)])],
        [2, requests([A, 14, seconds(0.5)])],
      ],
      14,
    ],
    [
      "a series that lost its `_created` line for a page goes on",
      [
        [0, requests([A, 90, OLD], [B, 5, OLD])],
        [1, requests([A, 92, OLD], [B, 6])],
        [2, requests([A, 92, OLD], [B, 8, OLD])],
      ],
      5,
    ],
    [
      "series that lost all their `_created` lines go on",
      [
        [0, requests([A, 90, OLD])],
        [1, requests([A, 92])],
        [2, requests([A, 95, OLD])],
      ],
      5,
    ],
    [
      "a page that lost its process start goes on",
      [
        [0, requests([A, 90, OLD])],
        [1, { requests: [[A, 92, OLD]] }],
        [2, requests([A, 95, OLD])],
      ],
      5,
    ],
    [
      "series that get a `_created` line from before they were last seen go on",
      [
        [0, requests([A, 90])],
        [1, requests([A, 92, OLD])],
        [2, requests([A, 95, OLD])],
      ],
      5,
    ],
    [
      "series that get a `_created` line from after they were last seen were revived",
      [
        [0, requests([A, 90])],
        [1, requests([A, 92, seconds(0.5)])],
      ],
      92,
    ],
    [
      "workers that share a `_created` are told apart by their start",
      [
        [0, requests([A, 90, OLD])],
        [1, { start: seconds(0.5), requests: [[A, 4, OLD]] }],
      ],
      4,
    ],
  ])("%s", (_, pages, booked) => {
    const db = openTestStore();
    for (const [minutes, page] of pages) scrape(db, page, { at: NOON + minutes * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual(booked === 0 ? {} : { requests: booked });
    expect(sumsOf(db, "day")).toEqual(sumsOf(db, "lifetime"));
  });

  test.each<[string, ScrapeWish, number, number]>([
    ["its date less a second where it has one, on LiteLLM's clock", { at: NOON, dateAt: NOON - HOUR }, -3601, 0],
    ["its date less a second: what was born later is new", { at: NOON, dateAt: NOON - HOUR }, -3600.999, 7],
    ["the moment of reading where it has none", { at: NOON, dateAt: null }, 0, 0],
    ["the moment of reading where it has none: what was born later is new", { at: NOON, dateAt: null }, 0.001, 7],
  ])("the first page's moment is %s", (_, when, bornSeconds, booked) => {
    const db = openTestStore();
    scrape(db, requests(), when);
    scrape(db, requests([A, 7, NOON / 1000 + bornSeconds]), { at: NOON + MINUTE, dateAt: when.dateAt ?? null });
    expect(sumsOf(db, "lifetime").requests ?? 0).toBe(booked);
  });
});
