import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createZone } from "../../lib/aggregator/zone.ts";
import { bookShares, type Entry, sharesOfEntries } from "../../lib/store/book.ts";
import { openCells } from "../../lib/store/cells.ts";
import { purge } from "../../lib/store/purge.ts";
import { bucketsOf, DAY, daysOf, HOUR, MINUTE, NOON, openTestStore, sumsOf, UTC } from "../support/store.ts";

const SANTIAGO = createZone("America/Santiago");

function storeWithCells(count: number): { db: Database; cells: number[] } {
  const db = openTestStore();
  const cells = openCells(db, 100);
  const nothing = { model: null, model_group: null, provider: null, team: null, key: null, user: null, end_user: null };
  return { db, cells: Array.from({ length: count }, (_, index) => cells.idOf({ ...nothing, model: `m${index}` })) };
}

const entry = (
  cell: number,
  amount: number,
  from: number | undefined,
  counter: Entry["counter"] = "requests",
): Entry => ({
  cell,
  counter,
  amount,
  from,
});

describe("what is booked", () => {
  test("stands in the bucket, the local day and the lifetime of its cell", () => {
    const { db, cells } = storeWithCells(2);
    const [a = 0, b = 0] = cells;
    const at = Date.parse("2026-10-15T02:50:00Z");
    bookShares(
      db,
      sharesOfEntries([entry(a, 3, at - MINUTE), entry(b, 0.5, at - MINUTE, "cost")], at, SANTIAGO),
      SANTIAGO,
    );
    bookShares(db, sharesOfEntries([entry(a, 4, at)], at + 15 * MINUTE, SANTIAGO), SANTIAGO);
    expect(db.query("SELECT cell, requests, cost FROM lifetime").all()).toEqual([
      { cell: a, requests: 7, cost: 0 },
      { cell: b, requests: 0, cost: 0.5 },
    ]);
    expect(bucketsOf(db, "requests", true)).toEqual({ "2026-10-15T02:45": 6, "2026-10-15T03:00": 1 });
    expect(daysOf(db, "requests")).toEqual({ 20261014: 6, 20261015: 1 });
  });

  test("of several series of one cell over one interval is spread together, so that counts are rounded once", () => {
    const { db, cells } = storeWithCells(1);
    const [a = 0] = cells;
    const entries = Array.from({ length: 30 }, () => entry(a, 1, NOON));
    bookShares(db, sharesOfEntries(entries, NOON + 30 * MINUTE, UTC), UTC);
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 15, "12:15": 15 });
  });

  test("of other intervals is spread apart", () => {
    const { db, cells } = storeWithCells(1);
    const [a = 0] = cells;
    const entries = [entry(a, 30, NOON), entry(a, 7, NOON + 29 * MINUTE), entry(a, 2, undefined)];
    const shares = sharesOfEntries(entries, NOON + 30 * MINUTE, UTC);
    bookShares(db, shares, UTC);
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 15, "12:15": 15, "12:30": 9 });
    expect(new Set(shares.filter(({ amount }) => amount !== 7).map(({ isEstimated }) => isEstimated))).toEqual(
      new Set([true]),
    );
  });

  test("is estimated once any share of its bucket was", () => {
    const { db, cells } = storeWithCells(1);
    const [a = 0] = cells;
    const to = NOON + MINUTE;
    for (const from of [NOON, NOON - HOUR, NOON]) bookShares(db, sharesOfEntries([entry(a, 61, from)], to, UTC), UTC);
    expect(db.query("SELECT estimated, requests FROM bucket WHERE at = ?").all(NOON)).toEqual([
      { estimated: 1, requests: 123 },
    ]);
  });

  test("makes no rows of nothing", () => {
    const { db, cells } = storeWithCells(1);
    bookShares(db, sharesOfEntries([entry(cells[0] ?? 0, 1, NOON - HOUR)], NOON, UTC), UTC);
    expect(db.query("SELECT requests FROM bucket").all()).toEqual([{ requests: 1 }]);
  });

  test("in a time that was purged stands in day and lifetime, and makes no bucket", () => {
    const { db, cells } = storeWithCells(1);
    purge(db, { retentionDays: 2, now: NOON, zone: UTC });
    bookShares(db, sharesOfEntries([entry(cells[0] ?? 0, 40, NOON - 4 * DAY)], NOON, UTC), UTC);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 40 });
    expect(daysOf(db, "requests")).toEqual({ 20261011: 5, 20261012: 10, 20261013: 10, 20261014: 10, 20261015: 5 });
    expect(sumsOf(db, "bucket")).toEqual({ requests: 25 });
  });
});
