import { describe, expect, test } from "bun:test";
import type { Sums } from "../../support/store.ts";
import { sumsOf } from "../../support/store.ts";
import { imported, METRICS_OF_0_2, METRICS_OF_0_3, minutely, type OldDatabase } from "./old-database.ts";

/** What a database is, what was used, and how many rows were corrected. */
type Case = readonly [name: string, wish: OldDatabase, sums: Sums, corrected: number];

const NEW_IN_0_3 = METRICS_OF_0_3.slice(8);

const FIRST_ROWS: Case[] = [
  [
    "of a 0.2 file books all that was ever counted: it is a baseline",
    {
      metrics: METRICS_OF_0_2,
      scrapes: minutely([{ requests: [12, 12], cost: [1, 1] }], [{ requests: [15, 3], cost: [1.5, 0.5] }]),
    },
    { requests: 3, cost: 0.5 },
    1,
  ],
  [
    "of a 0.3 file adds nothing by itself",
    { scrapes: minutely([{ requests: [12, 0], cost: [1, 0] }], [{ requests: [15, 3], cost: [1.5, 0.5] }]) },
    { requests: 3, cost: 0.5 },
    0,
  ],
  [
    "of a purged file counts as what it is, the growth since a row that is gone",
    { scrapes: minutely([{ requests: [112, 4], cost: [1, 0.5] }], [{ requests: [115, 3], cost: [1.5, 0.5] }]) },
    { requests: 7, cost: 1 },
    0,
  ],
  [
    "of a purged file may be a restart",
    { scrapes: minutely([{ requests: [4, 4] }, "reset"], [{ requests: [6, 2] }]) },
    { requests: 6 },
    0,
  ],
  ["alone is a baseline too", { metrics: METRICS_OF_0_2, scrapes: minutely([{ requests: [12, 12] }]) }, {}, 1],
];

const UPGRADES: Case[] = [
  [
    "is a baseline where the upgrade is seen in the order of columns",
    {
      metrics: METRICS_OF_0_2,
      added: NEW_IN_0_3,
      scrapes: minutely(
        [{ requests: [100, 1] }],
        [{ requests: [101, 1], cache_hits: [500, 500] }],
        [{ requests: [103, 2], cache_hits: [503, 3] }],
      ),
    },
    { requests: 4, cache_hits: 3 },
    1,
  ],
  [
    "is a baseline where the first row shows that the file began as 0.2",
    {
      scrapes: minutely(
        [{ requests: [100, 100] }],
        [{ requests: [101, 1], cache_hits: [500, 500] }],
        [{ requests: [103, 2], cache_hits: [503, 3] }],
      ),
    },
    { requests: 3, cache_hits: 3 },
    2,
  ],
  [
    "counts at a restart, which began it anew",
    {
      metrics: METRICS_OF_0_2,
      added: NEW_IN_0_3,
      scrapes: minutely(
        [{ requests: [100, 1] }],
        [{ requests: [4, 4], cache_hits: [2, 2] }, "reset"],
        [{ requests: [5, 1], cache_hits: [3, 1] }],
      ),
    },
    { requests: 6, cache_hits: 3 },
    0,
  ],
  [
    "counts in a file that began as 0.3",
    { scrapes: minutely([{ requests: [100, 0] }], [{ requests: [101, 1], cache_hits: [5, 5] }]) },
    { requests: 1, cache_hits: 5 },
    0,
  ],
];

const FALLS: Case[] = [
  [
    "A negative delta counts nothing",
    { scrapes: minutely([{ requests: [10, 0] }], [{ requests: [7, -3] }], [{ requests: [12, 5] }]) },
    { requests: 5 },
    1,
  ],
  [
    "A restart counts all that LiteLLM counted since",
    { scrapes: minutely([{ requests: [100, 0] }], [{ requests: [5, 5] }, "reset"], [{ requests: [8, 3] }]) },
    { requests: 8 },
    0,
  ],
  [
    "After a page without requests only the difference counts",
    { scrapes: minutely([{ requests: [1000, 0] }], [{ requests: [0, 0] }, "reset"], [{ requests: [1010, 1010] }]) },
    { requests: 10 },
    1,
  ],
  [
    "After several pages without requests only the difference counts",
    {
      scrapes: minutely(
        [{ requests: [1000, 0], cost: [5, 0] }],
        [{ requests: [0, 0] }, "reset"],
        [{}],
        [{}],
        [{ requests: [1000, 1000], cost: [5, 5] }],
        [{ requests: [1001, 1], cost: [5.5, 0.5] }],
      ),
    },
    { requests: 1, cost: 0.5 },
    1,
  ],
  [
    "A page without requests that was a restart shows when they come back lower",
    {
      scrapes: minutely(
        [{ requests: [1000, 0], failed_requests: [1, 0], cost: [5, 0] }],
        [{}, "reset"],
        [{ requests: [40, 40], failed_requests: [2, 2], cost: [6, 6] }],
      ),
    },
    { requests: 40, failed_requests: 2, cost: 6 },
    0,
  ],
  [
    "A page on which only the requests are missing books no lifetime of the others",
    {
      scrapes: minutely(
        [{ requests: [1000, 0], cost: [5, 0] }],
        [{ cost: [5.5, 5.5] }, "reset"],
        [{ requests: [1004, 1004], cost: [5.75, 0.25] }],
      ),
    },
    { requests: 4, cost: 0.75 },
    2,
  ],
  [
    "A metric that is missing from one page does not count whole on the next",
    {
      scrapes: minutely(
        [{ requests: [10, 0], cost: [5, 0] }],
        [{ requests: [11, 1], cost: [0, -5] }],
        [{ requests: [12, 1], cost: [5.5, 5.5] }],
      ),
    },
    { requests: 2, cost: 0.5 },
    2,
  ],
  [
    "A delta that was booked twice since its scrape failed half-way counts once",
    { scrapes: minutely([{ requests: [10, 0] }], [{ requests: [14, 4] }], [{ requests: [15, 5] }]) },
    { requests: 5 },
    1,
  ],
  [
    "Sums of dollars that differ in their last digits are no fall",
    { scrapes: minutely([{ cost: [0.3, 0] }], [{ cost: [0.29999999999999993, -5e-17] }], [{ cost: [0.4, 0.1] }]) },
    { cost: 0.1 },
    0,
  ],
  [
    "Values that no counter can have are passed over",
    {
      scrapes: minutely(
        [{ requests: [10, 0], cost: [1, 0] }],
        [{ requests: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], cost: [-1, -2] }],
        [{ requests: [12, 2], cost: [1.5, 0.5] }],
      ),
    },
    { requests: 2, cost: 0.5 },
    1,
  ],
  [
    "Columns that no metric of ours has are passed over",
    {
      metrics: ["requests", "deployment_requests", "in_flight_requests"],
      scrapes: minutely(
        [{ requests: [10, 0], deployment_requests: [7, 0] }],
        [{ requests: [12, 2], deployment_requests: [9, 2], in_flight_requests: [3, 0] }],
      ),
    },
    { requests: 2 },
    0,
  ],
];

function check(wish: OldDatabase, sums: Sums, corrected: number): void {
  const { db, taken } = imported(wish);
  for (const table of ["lifetime", "day", "bucket", "snapshot"] as const) {
    const found = sumsOf(db, table);
    expect(Object.keys(found)).toEqual(Object.keys(sums));
    for (const [name, sum] of Object.entries(sums)) expect(found).toHaveProperty(name, expect.closeTo(sum, 9));
  }
  expect(taken.corrected).toBe(corrected);
  expect(taken.rows).toBe(wish.scrapes?.length ?? 0);
}

describe("the first row", () => {
  test.each(FIRST_ROWS)("%s", (_, wish, sums, corrected) => check(wish, sums, corrected));
});

describe("the first value of a metric that an upgrade brought", () => {
  test.each(UPGRADES)("%s", (_, wish, sums, corrected) => check(wish, sums, corrected));
});

describe("rows", () => {
  test.each(FALLS)("%s", (_, wish, sums, corrected) => check(wish, sums, corrected));

  test("of a restart are marked as estimated, others are not", () => {
    const { db } = imported({ scrapes: minutely([{ requests: [100, 0] }], [{ requests: [103, 3] }]) });
    expect(db.query("SELECT MAX(estimated) AS estimated FROM bucket").get()).toEqual({ estimated: 0 });
    const restarted = imported({ scrapes: minutely([{ requests: [100, 0] }], [{ requests: [5, 5] }, "reset"]) });
    expect(restarted.db.query("SELECT MIN(estimated) AS estimated FROM bucket").get()).toEqual({ estimated: 1 });
    expect(restarted.db.query("SELECT restarts, last_restart_page FROM target").get()).toEqual({
      restarts: 1,
      last_restart_page: 2,
    });
  });

  test("that workers wrote in turn count what exceeds the highest values", () => {
    const turns = Array.from({ length: 40 }, (_, index) => {
      const isLow = index % 2 === 1;
      const raw = isLow ? 300 + index : 1000 + index;
      const last = index === 0 ? raw : isLow ? 1000 + index - 1 : 300 + index - 1;
      return [{ requests: [raw, isLow ? raw : raw - last] as const }, isLow ? ("reset" as const) : undefined] as const;
    });
    const { db } = imported({ scrapes: minutely([{ requests: [1000, 0] }], ...turns.slice(1)) });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 38 });
    expect(db.query("SELECT SUM(is_reset) AS resets FROM snapshot").get()).toEqual({ resets: 0 });
  });

  test("become the history, raw values and corrected deltas", () => {
    const { db } = imported({
      scrapes: minutely([{ requests: [10, 0], in_flight_requests: [2, 0] }], [{ requests: [7, -3] }]),
    });
    const rows = db
      .query("SELECT page, at, is_reset, requests, requests_delta, in_flight_requests FROM snapshot")
      .all();
    expect(rows).toMatchObject([
      { page: 1, requests: 10, requests_delta: 0, in_flight_requests: 2 },
      { page: 2, requests: 7, requests_delta: 0, in_flight_requests: 0 },
    ]);
  });
});
