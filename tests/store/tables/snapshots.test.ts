import { expect, test } from "bun:test";
import { newestSnapshots } from "../../../lib/store/tables/snapshots.ts";
import { MINUTE, NOON, openTestStore, scrape } from "../../support/store.ts";

test("a snapshot holds LiteLLM's own values and what was booked, and nothing of metrics that were never shown", () => {
  const db = openTestStore();
  const page = (requests: number) => ({ requests: [[{}, requests]], in_flight_requests: [[{}, 2]] }) as const;
  for (const [index, value] of [10, 12, 3].entries()) scrape(db, page(value), { at: NOON + index * MINUTE });
  const snapshots = newestSnapshots(db, 1, 2);
  expect(snapshots.map(({ page: number, at, isReset }) => [number, at, isReset])).toEqual([
    [2, NOON + MINUTE, false],
    [3, NOON + 2 * MINUTE, true],
  ]);
  expect(snapshots.map(({ values }) => Object.fromEntries(values))).toEqual([
    { requests: 12, in_flight_requests: 2 },
    { requests: 3, in_flight_requests: 2 },
  ]);
  expect(snapshots.map(({ increases }) => Object.fromEntries(increases))).toEqual([{ requests: 2 }, { requests: 3 }]);
});

test("the newest snapshots are those of one target, as many as there are", () => {
  const db = openTestStore();
  for (const [index, url] of ["http://one/", "http://two/", "http://one/"].entries()) {
    scrape(db, { requests: [[{}, index]] }, { at: NOON + index * MINUTE, url });
  }
  expect(newestSnapshots(db, 1, 10).map(({ at }) => at)).toEqual([NOON, NOON + 2 * MINUTE]);
  expect(newestSnapshots(db, 3, 10)).toEqual([]);
});
