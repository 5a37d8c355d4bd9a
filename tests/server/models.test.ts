import { expect, test } from "bun:test";
import { COMPUTED, COUNTERS } from "../../lib/litellm/metrics.ts";
import { bookPage, MINUTE, openWorld } from "../support/api.ts";
import { fixture } from "../support/fixtures.ts";

const VALUES = [...COUNTERS, ...COMPUTED.map(({ name }) => name)];
const KEYS = [
  "model",
  ...VALUES.flatMap((name) => ["", "_daily", "_weekly", "_monthly", "_lifetime"].map((s) => name + s)),
];

test("every model that was booked is there with every value, the costliest of the month first", async () => {
  using world = openWorld();
  world.scrape();
  world.send({ modelGroup: "claude-haiku", spend: 1 });
  world.send({ modelGroup: "claude-sonnet", spend: 2, promptTokens: 4, cachedTokens: 1 });
  world.send({ modelGroup: "gemini-flash", spend: 0 });
  world.pass(MINUTE);
  const { models, last_scrape, ...rest } = await world.json("/api/v1/models");
  expect(rest).toEqual({});
  expect(last_scrape).toBe("2026-11-21T12:01:00+00:00");
  expect(models.map(({ model }: { model: string }) => model)).toEqual([
    "claude-sonnet-4-20250514",
    "claude-3-5-haiku-20241022",
    "gemini-2.5-flash",
  ]);
  for (const model of models) expect(Object.keys(model)).toEqual(KEYS);
  expect(models[0]).toMatchObject({
    requests: 1,
    cost: 2,
    cost_daily: 2,
    cost_lifetime: 2,
    input_cached_pct_daily: 25,
  });
});

test("before the first scrape there are none", async () => {
  using world = openWorld();
  expect(await world.json("/api/v1/models")).toEqual({ models: [], last_scrape: null });
});

test("the models of a recorded page add up to its total", async () => {
  using world = openWorld();
  bookPage(world.db, fixture("metrics/fresh.prom"), { at: world.state.now });
  bookPage(world.db, fixture("metrics/mixed.prom.gz"), { at: world.state.now + MINUTE });
  world.state.now += MINUTE;
  const total = await world.json("/");
  const { models }: { models: Record<string, number>[] } = await world.json("/api/v1/models");
  for (const counter of COUNTERS) {
    for (const suffix of ["", "_daily", "_monthly"]) {
      const sum = models.reduce((all, model) => all + (model[counter + suffix] ?? Number.NaN), 0);
      expect([counter + suffix, sum]).toEqual([counter + suffix, expect.closeTo(total[counter + suffix], 9)]);
    }
  }
  expect(total.requests_daily).toBeGreaterThan(100);
});

test("what no page gives a model and a model that is called unknown are one line", async () => {
  using world = openWorld();
  const page = (nobody: number, unknown: number) =>
    `litellm_spend_metric_total{model="None"} ${nobody}\nlitellm_spend_metric_total{model="unknown"} ${unknown}\n`;
  bookPage(world.db, page(0, 0), { at: world.state.now });
  bookPage(world.db, page(1, 2), { at: world.state.now + MINUTE });
  const { models } = await world.json("/api/v1/models");
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({ model: "unknown", cost: 3, cost_daily: 3, cost_lifetime: 3 });
});
