import { describe, expect, test } from "bun:test";
import { COMPUTED, COUNTERS } from "../../lib/litellm/metrics.ts";
import { MINUTE, NOON, openWorld, type World } from "../support/api.ts";

const MEASURES = [...COUNTERS, ...COMPUTED.map(({ name }) => name)];
const NULLS = Object.fromEntries(MEASURES.map((name) => [name, null]));

/** Requests of three models by two keys, scraped within one minute. */
function busyWorld(options: Parameters<typeof openWorld>[0] = {}): World {
  const world = openWorld(options);
  world.scrape();
  for (const [modelGroup, keyAlias, spend] of [
    ["claude-sonnet", "alice-laptop", 3],
    ["claude-haiku", "bob-workstation", 2],
    ["gpt-5-mini", "alice-laptop", 1],
    ["gpt-5-mini", "bob-workstation", 0.5],
  ] as const) {
    world.send({ modelGroup, keyAlias, spend, promptTokens: 10, completionTokens: 5, cachedTokens: 4 });
  }
  world.pass(MINUTE);
  return world;
}

function shapeOf(body: Record<string, Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(body).map(([name, part]) => [name, Object.keys(part)]));
}

const SHAPE = {
  schema_version: [],
  period: ["name", "from", "to", "timezone"],
  coverage: ["from", "to", "observed_ratio", "estimated_ratio"],
  total: MEASURES,
  groups: expect.any(Array),
  steps: expect.any(Array),
  previous: ["from", "to", ...MEASURES],
  forecast: ["cost", "low", "high"],
};

describe("the shape", () => {
  test("has every metric in every object", async () => {
    using world = busyWorld();
    const body = await world.json("/api/v1/usage");
    expect(body.schema_version).toBe(1);
    expect(shapeOf(body)).toEqual(SHAPE);
    for (const group of body.groups) expect(Object.keys(group)).toEqual(["model", ...MEASURES]);
    for (const step of body.steps) expect(Object.keys(step)).toEqual(["at", "estimated", ...MEASURES]);
  });

  test("is the same when there is nothing to show", async () => {
    using world = openWorld();
    const body = await world.json("/api/v1/usage");
    expect(shapeOf(body)).toEqual(SHAPE);
    expect(body).toEqual({
      schema_version: 1,
      period: { name: "today", from: "2026-11-21T00:00:00+00:00", to: "2026-11-21T00:00:00+00:00", timezone: "UTC" },
      coverage: { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 },
      total: NULLS,
      groups: [],
      steps: [],
      previous: { from: "2026-11-20T00:00:00+00:00", to: "2026-11-20T00:00:00+00:00", ...NULLS },
      forecast: { cost: null, low: null, high: null },
    });
  });

  test("has null where LiteLLM has no such metric, in every object", async () => {
    using world = busyWorld({ details: false });
    const { total, groups, steps } = await world.json("/api/v1/usage");
    for (const part of [total, ...groups, steps.at(-1)]) {
      expect(part).toMatchObject({ reasoning_tokens: null, input_cached_tokens: null, input_cached_pct: null });
      expect(part.requests).toBeNumber();
    }
  });

  test("of a rest line has folded beside", async () => {
    using world = busyWorld();
    const { groups } = await world.json("/api/v1/usage?top=1&by=model,provider");
    expect(groups.map((group: object) => Object.keys(group))).toEqual([
      ["model", "provider", ...MEASURES],
      ["model", "provider", ...MEASURES, "folded"],
    ]);
    expect(groups[1]).toMatchObject({ model: "other", provider: "other", folded: 2, cost: 3.5, input_cached_pct: 40 });
  });
});

describe("a parameter", () => {
  test.each([
    ["", { period: { name: "today" }, total: { cost: 6.5, requests: 4, input_cached_pct: 40 } }],
    ["period=today", { period: { name: "today" }, total: { cost: 6.5 } }],
    ["period=yesterday", { period: { name: "yesterday", to: "2026-11-21T00:00:00+00:00" }, total: { cost: 0 } }],
    ["period=week", { period: { name: "week", from: "2026-11-16T00:00:00+00:00" }, total: { cost: 6.5 } }],
    ["period=month", { period: { name: "month", from: "2026-11-01T00:00:00+00:00" }, total: { cost: 6.5 } }],
    ["last=7d", { period: { name: "last 7d", to: "2026-11-21T12:01:00+00:00" }, total: { cost: 6.5 } }],
    ["since=2026-11-21", { period: { name: "range", from: "2026-11-21T00:00:00+00:00" }, total: { cost: 6.5 } }],
    ["since=2026-11-20&until=2026-11-20", { period: { name: "range" }, total: { cost: 0 } }],
    [
      "by=provider",
      {
        groups: [
          { provider: "anthropic", cost: 5 },
          { provider: "openai", cost: 1.5 },
        ],
      },
    ],
    [
      "by=key",
      {
        groups: [
          { key: "alice-laptop", cost: 4 },
          { key: "bob-workstation", cost: 2.5 },
        ],
      },
    ],
    [
      "by=team&sort=requests",
      {
        groups: [
          { team: "Family", requests: 2 },
          { team: 'Work, "EU"', requests: 2 },
        ],
      },
    ],
    [
      "by=day,model&top=1",
      {
        groups: [
          { day: "2026-11-21", cost: 3 },
          { day: "other", folded: 2 },
        ],
      },
    ],
    ["by=hour", { groups: [{ hour: "2026-11-21T12:00:00+00:00", cost: 6.5 }] }],
    ["model_group=gpt-5-mini", { total: { cost: 1.5 } }],
    ["model_group=gpt-5-mini&key=alice-laptop", { total: { cost: 1 } }],
    ["model_group=gpt-5-mini&model_group=claude-haiku", { total: { cost: 3.5 } }],
    ["provider=nobody", { total: { cost: 0, requests: 0 }, groups: [] }],
    ["timezone=Asia/Kathmandu", { period: { from: "2026-11-21T00:00:00+05:45", timezone: "Asia/Kathmandu" } }],
    ["user=bob&end_user=", { total: { requests: 2 } }],
  ])("%s is answered", async (query, expected) => {
    using world = busyWorld();
    expect(await world.json(`/api/v1/usage?${query}`)).toMatchObject(expected);
  });

  test.each([
    ["15m", 49],
    ["hour", 13],
    ["day", 1],
  ])("step=%s gives steps up to the newest scrape", async (step, count) => {
    using world = busyWorld();
    const { steps, total } = await world.json(`/api/v1/usage?step=${step}`);
    expect(steps).toHaveLength(count);
    expect(steps.at(-1)).toMatchObject({ cost: total.cost });
  });

  test.each([
    "period=x",
    "last=x",
    "since=x",
    "until=2026-11-21",
    "by=x",
    "step=x",
    "top=x",
    "sort=x",
    "timezone=x",
    "x=1",
  ])("%s is 400 with what is expected", async (query) => {
    using world = openWorld();
    const response = await world.get(`/api/v1/usage?${query}`);
    expect(response.status).toBe(400);
    const body = await response.json();
    expect(body.error).toMatch(/expected|Unknown parameter/);
    expect(Object.keys(body)).toBeOneOf([["error"], ["error", "available"]]);
  });

  test("that is bad is told before anything else, whoever asks", async () => {
    using world = openWorld({ isLoopbackOnly: false });
    expect((await world.get("/api/v1/usage?by=team&top=x")).status).toBe(400);
  });
});

test("the last hour goes on with the clock where nothing new is known, as in report", async () => {
  using world = busyWorld();
  const { coverage } = await world.json("/api/v1/usage?last=1h");
  expect(coverage.from).toBeString();
  const begins: string[] = [];
  for (const minutes of [120, 15, 15]) {
    world.state.now += minutes * MINUTE;
    const { period, coverage, total } = await world.json("/api/v1/usage?last=1h");
    expect([coverage.from, total.cost]).toEqual([null, 0]);
    begins.push(period.from);
  }
  expect(begins).toEqual(["13:00", "13:15", "13:30"].map((time) => `2026-11-21T${time}:00+00:00`));
});

test("a zone other than the one that days are kept in has its own days", async () => {
  using world = openWorld({ zone: "America/New_York", now: Date.parse("2026-11-17T22:00:00-05:00") });
  world.scrape();
  world.send({ spend: 10 });
  world.pass(MINUTE);
  world.state.now = Date.parse("2026-11-20T22:00:00-05:00");
  world.scrape();
  world.send({ spend: 1 });
  world.pass(MINUTE);
  world.state.now = Date.parse("2026-11-21T00:59:00-05:00");
  world.scrape();
  world.send({ spend: 2 });
  world.pass(MINUTE);
  expect(await world.json("/api/v1/usage?last=2d&by=day")).toMatchObject({
    groups: [
      { day: "2026-11-20", cost: 1 },
      { day: "2026-11-21", cost: 2 },
    ],
  });
  expect(await world.json("/api/v1/usage?period=today&by=day&timezone=UTC")).toMatchObject({
    groups: [{ day: "2026-11-21", cost: 3 }],
  });
  expect(await world.json("/api/v1/usage?timezone=Pacific/Kiritimati")).toMatchObject({
    period: { from: "2026-11-21T00:00:00+14:00", to: "2026-11-21T20:00:00+14:00" },
    total: { cost: 3 },
  });
});

test("the same question is answered with the same bytes whatever the order of its words", async () => {
  using world = busyWorld({ now: NOON });
  const texts = await Promise.all(
    ["by=model&top=2&model=a&model=b", "top=2&model=a&by=model&model=b", "model=a&model=b&top=2"].map(async (query) =>
      (await world.get(`/api/v1/usage?${query}`)).text(),
    ),
  );
  expect(new Set(texts).size).toBe(1);
});
