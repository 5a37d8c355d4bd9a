import { describe, expect, test } from "bun:test";
import { purge } from "../../lib/store/purge.ts";
import { type MeteredStore, openMetered } from "../support/metered.ts";

/** Three days of use in New York, of which only the quarter hours of the last are left. */
function purgedStore(): MeteredStore {
  const store = openMetered("2026-11-18T05:00:00Z", { zone: "America/New_York" });
  store.use("2026-11-18T15:00:00Z", { model: "a", team: "red" }, { cost: 1, requests: 10 });
  store.use("2026-11-19T15:00:00Z", { model: "a", team: "red" }, { cost: 2, requests: 20 });
  store.use("2026-11-20T06:00:00Z", { model: "b", team: "blue" }, { cost: 4 });
  store.use("2026-11-20T15:00:00Z", { model: "a", team: "blue" }, { cost: 8 });
  const now = Date.parse("2026-11-20T17:00:00Z");
  store.scrape(now);
  purge(store.db, { retentionDays: 0.5, now, zone: store.zone });
  return store;
}

const since = { since: "2026-11-18" };

test("the total and the groups by day are as before", () => {
  using store = purgedStore();
  const { total, groups } = store.answer({ ...since, by: "day" });
  expect(total.cost).toBe(15);
  expect(groups.map(({ day, cost }) => [day, cost])).toEqual([
    ["2026-11-18", 1],
    ["2026-11-19", 2],
    ["2026-11-20", 12],
  ]);
});

test("groups by hour still add up: what lost its hours has the hour null", () => {
  using store = purgedStore();
  expect(store.answer({ ...since, by: "hour" }).groups.map(({ hour, cost }) => [hour, cost])).toEqual([
    [null, 3],
    ["2026-11-20T01:00:00-05:00", 4],
    ["2026-11-20T10:00:00-05:00", 8],
  ]);
  const filtered = store.answer({ ...since, by: "hour,day,team", model: "a" }).groups;
  expect(filtered.map(({ day, hour, team, cost }) => [day, hour, team, cost])).toEqual([
    ["2026-11-18", null, "red", 1],
    ["2026-11-19", null, "red", 2],
    ["2026-11-20", "2026-11-20T10:00:00-05:00", "blue", 8],
  ]);
});

test.each(["hour", "15m"])("steps of %s are null where they are gone, and zero where nothing was used", (step) => {
  using store = purgedStore();
  const { steps } = store.answer({ ...since, step });
  const gone = steps.filter(({ at }) => at < "2026-11-20");
  expect(gone.length).toBe(step === "hour" ? 48 : 192);
  expect(gone.every(({ cost, requests }) => cost === null && requests === null)).toBe(true);
  expect(steps.slice(gone.length).reduce((sum, { cost }) => sum + (cost ?? Number.NaN), 0)).toBe(12);
});

test("steps of days are whole", () => {
  using store = purgedStore();
  expect(store.answer({ ...since, step: "day" }).steps.map(({ cost }) => cost)).toEqual([1, 2, 12]);
});

describe("the same moment of the day before", () => {
  test("is the share of the day", () => {
    using store = purgedStore();
    // Noon in New York.
    expect(store.answer().previous).toMatchObject({ to: "2026-11-19T12:00:00-05:00", cost: 1, requests: 10 });
  });

  test("of a longer stretch has whole days besides", () => {
    using store = purgedStore();
    const { previous } = store.answer({ since: "2026-11-20T12:00:00-05:00", until: "2026-11-22T00:00:00-05:00" });
    expect(previous.from).toBe("2026-11-19T00:00:00-05:00");
  });
});

test("a window that cuts a day without quarter hours is widened to it, and says so", () => {
  using store = purgedStore();
  const { period, total } = store.answer({ since: "2026-11-19T12:00:00Z", until: "2026-11-20T16:30:00Z" });
  expect(period).toMatchObject({ from: "2026-11-19T00:00:00-05:00", to: "2026-11-20T11:30:00-05:00" });
  expect(total.cost).toBe(14);
});
