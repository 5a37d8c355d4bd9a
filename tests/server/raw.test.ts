import { expect, test } from "bun:test";
import { bookPage, openWorld } from "../support/api.ts";
import { fixture } from "../support/fixtures.ts";

test("has every sample name of a recorded page with its sum", async () => {
  using world = openWorld();
  const { page } = bookPage(world.db, fixture("metrics/mixed.prom.gz"), { at: world.state.now });
  world.state.rawSums = page.sums;
  const body = await world.json("/raw");
  expect(Object.keys(body)).toEqual([...page.sums.keys()]);
  expect(body).toContainKeys([
    "litellm_spend_metric_total",
    "litellm_spend_metric_created",
    "litellm_request_total_latency_metric_bucket",
    "process_start_time_seconds",
  ]);
  expect(body.litellm_spend_metric_total).toBeCloseTo(page.sums.get("litellm_spend_metric_total") ?? Number.NaN, 12);
});

test("what is not a number is null, noise is not shown and nothing small is lost", async () => {
  using world = openWorld();
  world.state.rawSums = new Map([
    ["a", Number.NaN],
    ["b", Number.POSITIVE_INFINITY],
    ["c", Number.NEGATIVE_INFINITY],
    ["d", 0.1 + 0.2],
    ["e", 2.5e-12],
    ["f", 9_007_199_254_740_991],
    ["g", -0],
    ["__proto__", 1],
  ]);
  const text = await (await world.get("/raw")).text();
  expect(text).toBe('{"a":null,"b":null,"c":null,"d":0.3,"e":2.5e-12,"f":9007199254740991,"g":0,"__proto__":1}\n');
});

test("is empty before the first scrape of this process", async () => {
  using world = openWorld();
  expect(await world.json("/raw")).toEqual({});
});
