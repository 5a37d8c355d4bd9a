import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { runsIn } from "../../../lib/store/tables/observed.ts";
import { bucketsOf, DAY, daysOf, HOUR, MINUTE, NOON, sumsOf } from "../../support/store.ts";
import { imported, minute, type OldScrape } from "./old-database.ts";

const SECOND_OF_1970 = 5000;

/** Observed runs as minutes since noon. */
function runsOf(db: Database): [from: number, to: number, isEstimated: boolean][] {
  return runsIn(db, 0, Number.MAX_SAFE_INTEGER).map((run) => [
    (run.fromAt - NOON) / MINUTE,
    (run.toAt - NOON) / MINUTE,
    run.isEstimated,
  ]);
}

const estimatedOf = (db: Database): string[] =>
  db
    .query<{ at: number }, []>("SELECT at FROM bucket WHERE estimated = 1 ORDER BY at")
    .all()
    .map(({ at }) => new Date(at).toISOString().slice(11, 16));

describe("the time of a row", () => {
  test("is its bucket up to two minutes after the row before", () => {
    const { db } = imported({
      scrapes: [
        [minute(14), { requests: [10, 0] }],
        [minute(16), { requests: [13, 3] }],
      ],
    });
    expect(bucketsOf(db, "requests")).toEqual({ "12:15": 3 });
    expect(estimatedOf(db)).toEqual([]);
    expect(runsOf(db)).toEqual([[14, 16, false]]);
  });

  test("is spread over what it covers after more than two minutes, and marked as estimated", () => {
    const { db } = imported({
      scrapes: [
        [minute(0), { requests: [10, 0] }],
        [minute(1), { requests: [11, 1] }],
        [minute(61), { requests: [71, 60] }],
        [minute(62), { requests: [73, 2] }],
      ],
    });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 15, "12:15": 15, "12:30": 15, "12:45": 15, "13:00": 3 });
    expect(estimatedOf(db)).toEqual(["12:00", "12:15", "12:30", "12:45", "13:00"]);
    expect(runsOf(db)).toEqual([
      [0, 1, false],
      [1, 61, true],
      [61, 62, false],
    ]);
  });

  test("is whole days beyond two days", () => {
    const scrapes: OldScrape[] = [
      [minute(0), { requests: [10, 0] }],
      [minute((5 * DAY) / MINUTE), { requests: [20, 10] }],
    ];
    const { db } = imported({ scrapes });
    expect(daysOf(db, "requests")).toEqual({
      20261015: 1,
      20261016: 2,
      20261017: 2,
      20261018: 2,
      20261019: 2,
      20261020: 1,
    });
    const zone = createZone("Pacific/Auckland");
    const there = imported({ scrapes }, { zone });
    expect(daysOf(there.db, "requests")).toEqual({ 20261016: 2, 20261017: 2, 20261018: 2, 20261019: 2, 20261020: 2 });
  });

  test("reaches back to the last page that had requests", () => {
    const { db } = imported({
      scrapes: [
        [minute(0), { requests: [1000, 0] }],
        [minute(1), {}, "reset"],
        [minute(59), {}],
        [minute(60), { requests: [1060, 1060] }],
      ],
    });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 15, "12:15": 15, "12:30": 15, "12:45": 15 });
  });

  test("is the new one where the clock was set back, and estimated", () => {
    const { db, taken } = imported({
      scrapes: [
        [minute(60), { requests: [10, 0] }],
        [minute(61), { requests: [12, 2] }],
        [minute(0), { requests: [15, 3] }],
        [minute(1), { requests: [16, 1] }],
      ],
    });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 4, "13:00": 2 });
    expect(estimatedOf(db)).toEqual(["12:00"]);
    expect(taken).toMatchObject({ from: NOON + HOUR, to: NOON + MINUTE, rows: 4 });
    expect(runsOf(db)).toEqual([
      [0, 1, false],
      [60, 61, false],
    ]);
  });

  test("is that of the next row where the clock had not been set", () => {
    const { db, taken } = imported({
      scrapes: [
        [minute(0), { requests: [10, 0] }],
        [SECOND_OF_1970, { requests: [12, 2] }],
        [SECOND_OF_1970 + 60, { requests: [15, 3] }],
        [minute(30), { requests: [20, 5] }],
        [minute(31), { requests: [21, 1] }],
      ],
    });
    expect(bucketsOf(db, "requests", true)).toEqual({ "2026-10-15T12:30": 11 });
    expect(taken).toMatchObject({ from: NOON, to: NOON + 31 * MINUTE });
    expect(runsOf(db)).toEqual([
      [0, 30, true],
      [30, 31, false],
    ]);
  });

  test("is that of the last row that had one where no later one has", () => {
    const { db } = imported({
      scrapes: [
        [minute(0), { requests: [10, 0] }],
        [SECOND_OF_1970, { requests: [12, 2] }],
      ],
    });
    expect(bucketsOf(db, "requests", true)).toEqual({ "2026-10-15T12:00": 2 });
    expect(db.query("SELECT last_page_at, pages FROM target").get()).toEqual({ last_page_at: NOON, pages: 2 });
  });

  test("may be the same for several rows", () => {
    const { db } = imported({
      scrapes: [
        [minute(0), { requests: [10, 0] }],
        [minute(1), { requests: [11, 1] }],
        [minute(1), { requests: [13, 2] }],
      ],
      models: [
        [minute(0), "a", "requests", 10, 0],
        [minute(1), "a", "requests", 11, 1],
        [minute(1), "a", "requests", 13, 2],
      ],
    });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 3 });
    expect(db.query("SELECT model FROM cell").all()).toEqual([{ model: "a" }]);
  });

  test("is kept in the local days of the configured zone", () => {
    const { db } = imported(
      {
        scrapes: [
          [minute(-481), { requests: [10, 0] }],
          [minute(-480), { requests: [11, 1] }],
          [minute(0), { requests: [11, 0] }],
          [minute(1), { requests: [13, 2] }],
        ],
      },
      { zone: createZone("America/New_York") },
    );
    expect(daysOf(db, "requests")).toEqual({ 20261015: 3 });
    expect(db.query("SELECT DISTINCT zone FROM day").all()).toEqual([{ zone: "America/New_York" }]);
  });
});
