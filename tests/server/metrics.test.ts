import { describe, expect, test } from "bun:test";
import { COMPUTED, COUNTERS } from "../../lib/litellm/metrics.ts";
import { DAY, MINUTE, NOON, openWorld, type World } from "../support/api.ts";

/** The keys of seed 1, in its order, with those that its next release added. */
const PLAIN = [
  "requests",
  "failed_requests",
  "tokens",
  "input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost",
  "in_flight_requests",
  "cache_hits",
  "cache_misses",
  "cached_tokens",
  "input_cached_tokens",
  "input_cached_pct",
];
const WITH_WINDOWS = PLAIN.filter((name) => name !== "in_flight_requests");
const WINDOWS = ["daily", "weekly", "monthly"];
const KEYS = [
  ...PLAIN,
  ...WITH_WINDOWS.flatMap((name) => WINDOWS.map((window) => `${name}_${window}`)),
  "lifetime",
  "last_scrape",
  "source",
];

/** A world that was scraped twice, with one request of three tokens and a quarter of a dollar between. */
function smallWorld(options: Parameters<typeof openWorld>[0] = {}): World {
  const world = openWorld(options);
  world.scrape();
  world.send({ promptTokens: 2, completionTokens: 1, cachedTokens: 1, spend: 0.25 });
  world.pass(MINUTE);
  return world;
}

describe.each(["/", "/api/v1/metrics", "/api/v1/metrics/"])("GET %s", (path) => {
  test("has the keys of seed 1 in their order, lifetime beside them and no error", async () => {
    using world = smallWorld();
    expect(Object.keys(await world.json(path))).toEqual(KEYS);
  });

  test("has the same keys before the first scrape, all zero", async () => {
    using world = openWorld();
    const body = await world.json(path);
    expect(Object.keys(body)).toEqual(KEYS);
    expect(KEYS.slice(0, -3).map((key) => body[key])).toEqual(KEYS.slice(0, -3).map(() => 0));
    expect(body).toMatchObject({ last_scrape: null, lifetime: { since: null, cost: 0 } });
  });

  test("is flat but for lifetime, so that Homepage and Home Assistant reach every value", async () => {
    using world = smallWorld();
    const { lifetime, ...flat } = await world.json(path);
    expect(Object.keys(lifetime)).toEqual(["since", ...COUNTERS]);
    expect(Object.values(flat).every((value) => typeof value === "number" || typeof value === "string")).toBe(true);
  });
});

test("values are LiteLLM's own, windows and lifetime what grew since the first scrape", async () => {
  using world = openWorld();
  world.send({ promptTokens: 10, completionTokens: 10, spend: 1 });
  world.scrape();
  world.state.now += MINUTE;
  world.send({ promptTokens: 2, completionTokens: 1, cachedTokens: 1, spend: 0.25 });
  world.scrape();
  expect(await world.json("/api/v1/metrics")).toMatchObject({
    requests: 2,
    tokens: 23,
    cost: 1.25,
    input_cached_pct: 8.33,
    requests_daily: 1,
    tokens_weekly: 3,
    cost_monthly: 0.25,
    input_cached_pct_daily: 50,
    lifetime: { since: "2026-11-21T12:00:00+00:00", requests: 1, cost: 0.25 },
    last_scrape: "2026-11-21T12:01:00+00:00",
    source: "http://litellm:4000/metrics/",
  });
});

test("times carry the offset of the configured zone", async () => {
  using world = smallWorld({ zone: "America/New_York" });
  expect(await world.json("/")).toMatchObject({
    last_scrape: "2026-11-21T07:01:00-05:00",
    lifetime: { since: "2026-11-21T07:00:00-05:00" },
  });
});

test("windows begin at midnight, on Monday and on the 1st of the configured zone", async () => {
  // The 1st of June is a Monday.
  using world = openWorld({ zone: "America/New_York", now: Date.parse("2026-05-31T23:57:00-04:00") });
  world.scrape();
  for (const spend of [1, 2, 4, 8]) {
    world.send({ spend });
    world.pass(MINUTE);
  }
  // A scrape in the very moment of the boundary books to the new day.
  expect(await world.json("/")).toMatchObject({ cost_daily: 12, cost_weekly: 12, cost_monthly: 12 });
  world.state.now += DAY;
  expect(await world.json("/")).toMatchObject({ cost_daily: 0, cost_weekly: 12, cost_monthly: 12 });
  expect(await world.json("/")).toMatchObject({ lifetime: { cost: 15 } });
});

test("binary noise is not shown, small money is", async () => {
  using world = openWorld();
  world.scrape();
  for (const spend of [0.1, 0.2, 2e-9]) world.send({ spend });
  world.pass(MINUTE);
  expect(await world.json("/")).toMatchObject({ cost: 0.300000002, cost_daily: 0.300000002 });
});

describe("error", () => {
  test("is there while scrapes fail, and only then", async () => {
    using world = smallWorld();
    Object.assign(world.state, { error: "GET http://litellm:4000/metrics/ was answered with 401", revision: 7 });
    expect(await world.json("/")).toMatchObject({ cost: 0.25, error: expect.stringContaining("401") });
    Object.assign(world.state, { error: undefined, revision: 8 });
    expect(await world.json("/")).not.toContainKey("error");
  });
});

describe("GET /api/v1/metrics/{name}", () => {
  const names = [
    ...PLAIN,
    ...WITH_WINDOWS.flatMap((name) => [...WINDOWS, "lifetime"].map((each) => `${name}_${each}`)),
  ];

  test("answers every name of the whole answer, with suffixes and computed values", async () => {
    using world = smallWorld();
    const whole = await world.json("/api/v1/metrics");
    const expected = (name: string) =>
      name.endsWith("_lifetime") && !name.startsWith(COMPUTED[0].name)
        ? whole.lifetime[name.slice(0, -"_lifetime".length)]
        : (whole[name] ?? 50);
    for (const name of names) {
      expect(await world.json(`/api/v1/metrics/${name}`)).toEqual({
        name,
        value: expected(name),
        last_scrape: "2026-11-21T12:01:00+00:00",
      });
    }
  });

  test.each([
    "nope",
    "in_flight_requests_daily",
    "in_flight_requests_lifetime",
    "cost_yearly",
    "COST",
    "lifetime",
    "last_scrape",
    "__proto__",
    "constructor",
    "toString",
    "%F0%9F%A6%99",
    "cost%00",
    "%22%3Cscript%3E",
    "%E0%A4%A",
  ])("answers %s with 404 and what is available", async (name) => {
    using world = smallWorld();
    const response = await world.get(`/api/v1/metrics/${name}`);
    expect(response.status).toBe(404);
    const body = await response.json();
    expect(Object.keys(body)).toEqual(["error", "available"]);
    expect(body.error).toStartWith("Unknown metric: ");
    expect(body.error).not.toMatch(/["\p{Cc}]/u);
    expect(body.available.toSorted()).toEqual(names.toSorted());
    expect(world.bugs).toEqual([]);
  });

  test("cuts a very long name", async () => {
    using world = smallWorld();
    const { error } = await world.json(`/api/v1/metrics/${"🦙".repeat(3000)}`);
    expect(error).toBe(`Unknown metric: ${"🦙".repeat(80)}`);
  });

  test("is null in last_scrape before the first scrape", async () => {
    using world = openWorld({ now: NOON });
    expect(await world.json("/api/v1/metrics/cost")).toEqual({ name: "cost", value: 0, last_scrape: null });
  });
});
