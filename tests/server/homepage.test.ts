import { describe, expect, test } from "bun:test";
import { NO_BUDGETS } from "../../lib/query/usage/budget.ts";
import { DAY, MINUTE, openWorld, type World } from "../support/api.ts";
import { showWidget, type Widget } from "../support/homepage-widget.ts";

const URL = "http://pulse:8000/api/v1/homepage";

function block(...fields: readonly string[]): Widget {
  return { type: "customapi", url: URL, mappings: fields.map((field) => ({ field, label: field })) };
}

async function shown(world: World, widget: Widget) {
  const response = await world.get("/api/v1/homepage");
  return showWidget(widget, response.status, await response.json());
}

function spent(amount: number): World {
  const world = openWorld();
  world.scrape();
  world.send({ spend: amount, promptTokens: 1_200_000, completionTokens: 4331 });
  world.pass(MINUTE);
  return world;
}

describe("GET /api/v1/homepage", () => {
  test.each([
    [0.0231, "$0.02"],
    [0.0004, "$0.0004"],
    [1e-9, "$0.000000001"],
    [12.9, "$12.90"],
    [1234.567, "$1,234.57"],
  ])("shows %d dollars in a tile as %s, where Homepage's own formats would not", async (amount, text) => {
    using world = spent(amount);
    expect(await shown(world, block("cost_today_text", "tokens_month_text", "requests_week_text"))).toEqual({
      kind: "rows",
      rows: [
        ["cost_today_text", text],
        ["tokens_month_text", "1.2M"],
        ["requests_week_text", "1"],
      ],
    });
  });

  test("has the numbers of /api/v1/metrics and of /api/v1/usage", async () => {
    using world = spent(0.25);
    world.state.now += DAY;
    world.send({ spend: 0.5, status: 500 });
    world.pass(MINUTE);
    const [body, metrics, yesterday] = await Promise.all(
      ["homepage", "metrics", "usage?period=yesterday"].map((path) => world.json(`/api/v1/${path}`)),
    );
    for (const name of ["cost", "requests", "failed_requests", "tokens", "input_cached_pct"]) {
      expect(body[`${name}_today`]).toBe(metrics[`${name}_daily`]);
      expect(body[`${name}_week`]).toBe(metrics[`${name}_weekly`]);
      expect(body[`${name}_month`]).toBe(metrics[`${name}_monthly`]);
      expect(body[`${name}_yesterday`]).toBe(yesterday.total[name]);
    }
    expect(body.cost_total).toBe(metrics.lifetime.cost);
    expect(body).toMatchObject({ up: true, stale: false, available: true, status: "ok", status_text: "All is well" });
    expect(body.last_scrape).toBe(metrics.last_scrape);
  });

  test.each([
    [0.4, { used: 40, state: "within", text: "within budget", left: "$0.60" }],
    [0.99, { used: 99, state: "within", text: "within budget", left: "$0.01" }],
    [1.5, { used: 150, state: "passed", text: "over budget", left: "-$0.50" }],
  ])("of %d dollars says how a budget of one for the month stands", async (amount, { used, state, text, left }) => {
    using world = openWorld({ budgets: { ...NO_BUDGETS, budgetMonthly: 1 } });
    world.scrape();
    world.send({ spend: amount });
    world.pass(MINUTE);
    const body = await world.json("/api/v1/homepage");
    expect(body).toMatchObject({ budget_month: 1, budget_month_text: "$1.00", budget_used_pct_month: used });
    expect(body).toMatchObject({ budget_used_pct_month_text: `${used} %`, budget_left_month_text: left });
    expect(body).toMatchObject({ budget_state_month: state, budget_state_month_text: text });
    const { budget } = await world.json("/api/v1/usage?period=month");
    expect(body.budget_left_month).toBe(budget.remaining);
    expect(Object.keys(body).filter((key) => /^budget.*_(today|week)/.test(key))).toEqual([]);
    expect(Object.keys(await spent(amount).json("/api/v1/homepage")).filter((key) => /budget/.test(key))).toEqual([]);
  });

  test("is flat but for the lists of models, has no null, and every number has a text beside it", async () => {
    using world = spent(1);
    for (const body of [await world.json("/api/v1/homepage"), await openWorld().json("/api/v1/homepage")]) {
      const { models, models_week, models_month, ...flat } = body;
      expect([models, models_week, models_month].every(Array.isArray)).toBe(true);
      expect(Object.values(flat).filter((value) => typeof value === "object")).toEqual([]);
      const numbers = Object.keys(flat).filter(
        (key) => typeof flat[key] === "number" && !/_cents$|^schema_version$/.test(key),
      );
      expect(numbers.length).toBeGreaterThan(60);
      expect(numbers.filter((key) => typeof flat[`${key}_text`] !== "string")).toEqual([]);
      expect(JSON.stringify(body)).not.toContain("null");
    }
  });

  test("has the same keys before the first scrape, and dashes for texts", async () => {
    using before = openWorld();
    using after = spent(1);
    const body = await before.json("/api/v1/homepage");
    expect(Object.keys(body)).toEqual(Object.keys(await after.json("/api/v1/homepage")));
    expect(body).toMatchObject({ available: false, up: false, status: "starting", last_scrape: "", models: [] });
    expect(body).toMatchObject({ cost_today: 0, cost_today_text: "-", in_flight_requests_text: "-" });
    expect(await shown(before, block("cost_today_text"))).toEqual({ kind: "rows", rows: [["cost_today_text", "-"]] });
  });

  test("stays a widget while LiteLLM is away: no key is called error, the reason is in status_text", async () => {
    using world = spent(1);
    Object.assign(world.state, { error: "GET http://litellm:4000/metrics/ was answered with 401", revision: 9 });
    world.state.now += 10 * MINUTE;
    const body = await world.json("/api/v1/homepage");
    expect(body).not.toContainKey("error");
    expect(body).toMatchObject({ up: false, stale: true, available: true, status: "stale" });
    expect(body.status_text).toBe(
      "No good scrape since 2026-11-21T12:01:00+00:00: GET http://litellm:4000/metrics/ was answered with 401",
    );
    expect((await shown(world, block("cost_today_text"))).kind).toBe("rows");
  });

  test("grows stale by itself, without a scrape", async () => {
    using world = spent(1);
    expect((await world.json("/api/v1/homepage")).stale).toBe(false);
    world.state.now += 4 * MINUTE;
    expect((await world.json("/api/v1/homepage")).stale).toBe(true);
  });

  test("lists models as rows of a name and a summary", async () => {
    using world = openWorld();
    world.scrape();
    world.send({ spend: 0.25, promptTokens: 600, completionTokens: 400 });
    world.pass(MINUTE);
    const models: Widget = {
      type: "customapi",
      url: URL,
      display: "dynamic-list",
      mappings: { items: "models", name: "summary", label: "name", limit: 5 },
    };
    const body = await world.json("/api/v1/homepage");
    expect(await shown(world, models)).toEqual({
      kind: "rows",
      rows: [[body.models[0].name, "$0.25 | 1.0K tok"]],
    });
    expect(body.models_month).toEqual(body.models);
  });

  test("compares with the same moment of yesterday and says where the month is heading", async () => {
    using world = openWorld({ now: Date.parse("2026-11-20T00:00:00Z") });
    world.scrape();
    world.send({ spend: 1 });
    world.pass(6 * 60 * MINUTE, 30 * MINUTE);
    world.state.now = Date.parse("2026-11-21T00:00:00Z");
    world.scrape();
    world.send({ spend: 1.5 });
    world.pass(6 * 60 * MINUTE, 30 * MINUTE);
    const body = await world.json("/api/v1/homepage");
    expect(body).toMatchObject({ cost_change_pct_today: 50, cost_change_pct_today_text: "+50 %" });
    expect(body.cost_month_forecast).toBeGreaterThan(2.5);
    expect(body.cost_month_forecast_text).toStartWith("$");
    expect(body).toMatchObject({ cost_today: 1.5, cost_today_cents: 150, failed_pct_today: 0 });
  });

  test("is the same bytes for the same numbers, so that a tab that asks every ten seconds costs a 304", async () => {
    using world = spent(1);
    const first = await world.get("/api/v1/homepage");
    world.state.now += 10_000;
    const again = await world.get("/api/v1/homepage", {
      headers: { "If-None-Match": first.headers.get("ETag") ?? "" },
    });
    expect(again.status).toBe(304);
  });
});
