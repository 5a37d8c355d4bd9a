import { describe, expect, test } from "bun:test";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { MINUTE, openWorld, type WorldOptions } from "../support/api.ts";

/** A world with five scrapes, a request of one dollar before each but the first. */
function scrapedWorld(options: WorldOptions = {}) {
  const world = openWorld(options);
  world.scrape();
  for (let scrapes = 1; scrapes < 5; scrapes++) {
    world.send({ promptTokens: 2, completionTokens: 1, spend: 1 });
    world.pass(MINUTE);
  }
  return world;
}

test("has the newest scrapes, newest last, with value and delta of every counter", async () => {
  using world = scrapedWorld();
  const { snapshots, ...rest } = await world.json("/api/v1/history?limit=2");
  expect(rest).toEqual({ count: 2, source: "sqlite" });
  const keys = COUNTERS.flatMap((counter) => [counter, `${counter}_delta`]);
  for (const snapshot of snapshots) {
    expect(Object.keys(snapshot).toSorted()).toEqual(
      ["timestamp", "is_reset", "in_flight_requests", ...keys].toSorted(),
    );
  }
  expect(snapshots).toMatchObject([
    { timestamp: "2026-11-21T12:03:00+00:00", is_reset: false, requests: 3, requests_delta: 1, cost: 3, cost_delta: 1 },
    { timestamp: "2026-11-21T12:04:00+00:00", is_reset: false, tokens: 12, tokens_delta: 3, cost: 4, cost_delta: 1 },
  ]);
});

test("the first scrape has no deltas, one after a restart is marked", async () => {
  using world = scrapedWorld();
  world.state.now += 30_000;
  world.litellm.restart();
  world.send({ spend: 0.5 });
  world.pass(MINUTE);
  const { snapshots } = await world.json("/api/v1/history");
  expect(snapshots[0]).toMatchObject({ is_reset: false, requests_delta: 0, cost_delta: 0 });
  expect(snapshots[5]).toMatchObject({ is_reset: true, cost: 0.5, cost_delta: 0.5 });
});

test("is an empty list before the first scrape", async () => {
  using world = openWorld();
  expect(await world.json("/api/v1/history")).toEqual({ snapshots: [], count: 0, source: "sqlite" });
});

describe("limit", () => {
  test.each([
    ["", 5],
    ["?limit=", 5],
    ["?limit=3", 3],
    ["?limit=003", 3],
    ["?limit=0", 0],
    ["?limit=5000", 5],
    ["?limit=99999999999999999999999", 5],
  ])("%p gives %d", async (query, count) => {
    using world = scrapedWorld();
    const body = await world.json(`/api/v1/history${query}`);
    expect([body.count, body.snapshots.length]).toEqual([count, count]);
  });

  test.each([
    [1, 5],
    [0, 5],
  ])("is clamped to twelve times a history size of %d, and to 10000 where it is 0", async (historySize, count) => {
    using world = scrapedWorld({ historySize });
    expect(await world.json("/api/v1/history?limit=99999")).toMatchObject({ count });
    const { error } = await world.json("/api/v1/history?limit=-1");
    expect(error).toBe(`limit is "-1", expected a whole number from 0 to ${historySize === 0 ? 10_000 : 12}`);
  });

  test.each(["-1", "1.5", "1e3", "+5", "0x10", "ten", "5%20", "5%00", "NaN", "%F0%9F%A6%99", "٣"])(
    "%p is refused with the range",
    async (limit) => {
      using world = scrapedWorld();
      const response = await world.get(`/api/v1/history?limit=${limit.replace("+", "%2B")}`);
      expect(response.status).toBe(400);
      const body = await response.json();
      expect(Object.keys(body)).toEqual(["error"]);
      expect(body.error).toMatch(/^limit is "[^"\p{Cc}]+", expected a whole number from 0 to 2016$/u);
    },
  );

  test("a long one is cut in the message", async () => {
    using world = openWorld();
    const { error } = await world.json(`/api/v1/history?limit=${"x".repeat(5000)}`);
    expect(error.length).toBeLessThan(200);
  });
});

describe("without a file", () => {
  test.each([
    [3, 3, "memory"],
    [0, 0, "disabled"],
  ])("a history size of %d gives %d from %s", async (historySize, count, source) => {
    using world = scrapedWorld({ isInMemory: true, historySize });
    const body = await world.json("/api/v1/history");
    expect(body).toMatchObject({ count, source });
    expect(body.snapshots).toHaveLength(count);
  });

  test("limit=0 gives none there too", async () => {
    using world = scrapedWorld({ isInMemory: true });
    expect(await world.json("/api/v1/history?limit=0")).toEqual({ snapshots: [], count: 0, source: "memory" });
  });
});
