import { describe, expect, test } from "bun:test";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import { MINUTE, NOON, openTestStore, scrape, sumsOf } from "../../support/store.ts";

/** LiteLLM's clock in seconds, so many minutes after noon. */
const seconds = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
const OLD = seconds(-300);
const requests = (...series: SeriesWish[]): PageWish => ({ start: OLD, requests: series });
const A = { m: "a" };
const B = { m: "b" };

type Row = [situation: string, pages: readonly (readonly [minutes: number, page: PageWish])[], booked: number];

describe("of workers whose series were created at the same moment", () => {
  test.each<Row>([
    [
      "those that began at other times go on apart",
      [
        [0, requests([A, 90, OLD])],
        [1, { start: OLD + 1, requests: [[A, 40, OLD]] }],
        [2, requests([A, 92, OLD])],
        [3, { start: OLD + 1, requests: [[A, 43, OLD]] }],
      ],
      5,
    ],
    [
      "a series of each that was born since is booked whole",
      [
        [0, requests()],
        [1, requests([A, 7, seconds(0.5)], [B, 1, seconds(0.6)])],
        [
          2,
          {
            start: OLD + 1,
            requests: [
              [A, 4, seconds(0.5)],
              [B, 2, seconds(0.7)],
            ],
          },
        ],
        [3, requests([A, 9, seconds(0.5)], [B, 1, seconds(0.6)])],
        [
          4,
          {
            start: OLD + 1,
            requests: [
              [A, 5, seconds(0.5)],
              [B, 2, seconds(0.7)],
            ],
          },
        ],
      ],
      17,
    ],
    [
      "one that shares a `_created` with a third, and its start with another, is known by what else it has",
      [
        [0, requests([A, 7, OLD], [B, 1, OLD + 2])],
        [
          1,
          {
            start: OLD + 1,
            requests: [
              [A, 4, OLD],
              [B, 2, OLD + 3],
            ],
          },
        ],
        [2, { start: OLD + 1, requests: [[B, 50, OLD + 4]] }],
        [
          3,
          {
            start: OLD + 1,
            requests: [
              [A, 5, OLD],
              [B, 2, OLD + 3],
            ],
          },
        ],
        [4, { start: OLD + 1, requests: [[B, 51, OLD + 4]] }],
      ],
      2,
    ],
    [
      "those that began together are known by their other series",
      [
        [0, requests([A, 10, OLD], [B, 1, OLD + 2])],
        [1, requests([B, 50, OLD + 3])],
        [2, requests([A, 4, OLD], [B, 51, OLD + 3])],
        [3, requests([A, 11, OLD], [B, 2, OLD + 2])],
        [4, requests([A, 5, OLD], [B, 52, OLD + 3])],
        [5, requests([A, 12, OLD], [B, 2, OLD + 2])],
      ],
      6,
    ],
  ])("%s", (_, pages, booked) => {
    const db = openTestStore();
    for (const [minutes, page] of pages) scrape(db, page, { at: NOON + minutes * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: booked });
  });
});
