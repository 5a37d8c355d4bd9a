import { describe, expect, test } from "bun:test";
import { COUNTERS } from "../../../lib/litellm/metrics.ts";
import type { UsageGroup } from "../../../lib/query/usage/groups.ts";
import { type MeteredStore, openMetered } from "../../support/metered.ts";

/** Two days of three models and two teams. */
function twoDays(zone = "UTC"): MeteredStore {
  const store = openMetered("2026-11-19T00:00:00Z", { zone });
  store.use("2026-11-20T10:00:00Z", { model: "a", team: "red" }, { cost: 5, tokens: 10 });
  store.use("2026-11-20T22:30:00Z", { model: "b", team: "blue" }, { cost: 3, tokens: 70 });
  store.use("2026-11-21T01:15:00Z", { model: "a", team: "blue" }, { cost: 1, tokens: 30, requests: 2 });
  store.use("2026-11-21T02:45:00Z", { model: "c" }, { cost: 0.5, tokens: 5 });
  return store;
}

const names = (groups: readonly UsageGroup[], ...by: ("model" | "team" | "day" | "hour")[]) =>
  groups.map((group) => by.map((name) => group[name] ?? null).join(" "));

test("are by model and by cost unless asked otherwise", () => {
  using store = twoDays();
  const { groups } = store.answer({ last: "2d" });
  expect(groups.map(({ model, cost }) => [model, cost])).toEqual([
    ["a", 6],
    ["b", 3],
    ["c", 0.5],
  ]);
});

test("are sorted by any counter, then by requests, then by name", () => {
  using store = twoDays();
  expect(names(store.answer({ last: "2d", sort: "tokens" }).groups, "model")).toEqual(["b", "a", "c"]);
  expect(names(store.answer({ last: "2d", sort: "cache_hits" }).groups, "model")).toEqual(["a", "b", "c"]);
});

test("have a value for each grouping, null where LiteLLM names none", () => {
  using store = twoDays();
  expect(names(store.answer({ last: "2d", by: "model,team" }).groups, "model", "team")).toEqual([
    "a red",
    "b blue",
    "a blue",
    "c ",
  ]);
  expect(Object.keys(store.answer({ last: "2d", by: "team,model" }).groups[0] ?? {}).slice(0, 2)).toEqual([
    "team",
    "model",
  ]);
});

test("by day are in the order of time, the costliest of a day first", () => {
  using store = twoDays();
  expect(names(store.answer({ last: "2d", by: "day" }).groups, "day")).toEqual(["2026-11-20", "2026-11-21"]);
  expect(names(store.answer({ last: "2d", by: "model,day" }).groups, "day", "model")).toEqual([
    "2026-11-20 a",
    "2026-11-20 b",
    "2026-11-21 a",
    "2026-11-21 c",
  ]);
});

test("by day are sorted by a metric where that is asked for", () => {
  using store = twoDays();
  expect(names(store.answer({ last: "2d", by: "day", sort: "requests" }).groups, "day")).toEqual([
    "2026-11-21",
    "2026-11-20",
  ]);
});

test("by day are folded to the largest, which stay in the order of time", () => {
  using store = twoDays();
  const { groups } = store.answer({ last: "2d", by: "day,model", top: "2" });
  expect(groups.map(({ day, model, cost, folded }) => [day, model, cost, folded])).toEqual([
    ["2026-11-20", "a", 5, undefined],
    ["2026-11-20", "b", 3, undefined],
    ["other", "other", 1.5, 2],
  ]);
  const [first] = store.answer({ last: "2d", by: "day", top: "1", sort: "requests" }).groups;
  expect(first?.day).toBe("2026-11-21");
});

test.each(["day,hour", "hour,day"])("by %s are hours that know their day", (by) => {
  using store = twoDays("America/New_York");
  expect(names(store.answer({ last: "2d", by }).groups, "day", "hour")).toEqual([
    "2026-11-20 2026-11-20T05:00:00-05:00",
    "2026-11-20 2026-11-20T17:00:00-05:00",
    "2026-11-20 2026-11-20T20:00:00-05:00",
    "2026-11-20 2026-11-20T21:00:00-05:00",
  ]);
});

test("the hour that comes twice is two groups, in the order of time", () => {
  using store = openMetered("2026-10-24T22:00:00Z", { zone: "Europe/Berlin" });
  for (const [hour, cost] of [
    ["00", 1],
    ["01", 2],
    ["02", 4],
  ] as const) {
    store.use(`2026-10-25T${hour}:30:00Z`, {}, { cost });
  }
  expect(store.answer({ by: "hour" }).groups.map(({ hour, cost }) => [hour, cost])).toEqual([
    ["2026-10-25T02:00:00+02:00", 1],
    ["2026-10-25T02:00:00+01:00", 2],
    ["2026-10-25T03:00:00+01:00", 4],
  ]);
});

describe("top", () => {
  test.each([1, 2, 3, 10_000])("%d and the rest add up to the total in every counter", (top) => {
    using store = twoDays();
    const { total, groups } = store.answer({ last: "2d", top: String(top) });
    for (const counter of COUNTERS) {
      expect(groups.reduce((sum, group) => sum + (group[counter] ?? 0), 0)).toBe(total[counter] ?? -1);
    }
    expect(groups.flatMap(({ folded }) => folded ?? [])).toEqual(top < 3 ? [3 - top] : []);
  });

  test("names the rest other under every grouping, and counts what it stands for", () => {
    using store = twoDays();
    expect(store.answer({ last: "2d", by: "model,team", top: "1" }).groups.at(-1)).toMatchObject({
      model: "other",
      team: "other",
      folded: 3,
      cost: 4.5,
      requests: 4,
    });
  });
});

describe("filters", () => {
  test.each([
    [{ model: "a" }, 6],
    [{ team: "blue" }, 4],
    [{ model: "a", team: "blue" }, 1],
    [{ model: "A" }, 0],
    [{ model: "a' OR 1=1 --" }, 0],
    [{ model: "%" }, 0],
    [{ team: "" }, 9.5],
  ])("%j leaves %d", (filters: Record<string, string>, cost) => {
    using store = twoDays();
    const answer = store.answer({ last: "2d", ...filters });
    expect(answer.total.cost).toBe(cost);
    expect(answer.groups.reduce((sum, group) => sum + (group.cost ?? 0), 0)).toBe(cost);
    expect(answer.steps.reduce((sum, step) => sum + (step.cost ?? 0), 0)).toBe(cost);
  });
});

describe("a store that was never purged", () => {
  test("answers the last hour as the last hour, not as the day", () => {
    using store = openMetered("2026-11-21T10:00:00Z");
    store.use("2026-11-21T11:40:00Z", { model: "a" }, { cost: 1 });
    store.scrape("2026-11-21T12:00:00Z");
    expect(store.answer({ last: "1h" })).toMatchObject({
      period: { from: "2026-11-21T11:00:00+00:00", to: "2026-11-21T12:00:00+00:00" },
      total: { cost: 1 },
    });
    expect(store.answer({ last: "15m" })).toMatchObject({
      period: { from: "2026-11-21T11:45:00+00:00" },
      total: { cost: 0 },
    });
  });

  test("answers in another zone from its very first day", () => {
    using store = openMetered("2026-11-21T03:00:00Z", { zone: "America/New_York" });
    store.use("2026-11-21T03:02:00Z", {}, { cost: 1 });
    store.use("2026-11-21T06:00:00Z", {}, { cost: 2 });
    expect(store.answer({ timezone: "Pacific/Kiritimati", by: "day" })).toMatchObject({
      period: { from: "2026-11-21T00:00:00+14:00" },
      groups: [{ day: "2026-11-21", cost: 3 }],
    });
  });
});
