import { describe, expect, test } from "bun:test";
import { PageParser } from "../../lib/parser/page-parser.ts";
import { ownMetricsText } from "../../lib/server/own-metrics.ts";
import { openWorld, type World } from "../support/api.ts";

/** Our own page, read by our own parser: values by name and labels. */
async function ownPage(
  world: World,
): Promise<{ text: string; values: Map<string, number>; types: Map<string, string> }> {
  const response = await world.get("/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toStartWith("text/plain; version=0.0.4");
  const text = await response.text();
  const parser = new PageParser({ wants: () => true, format: "text" });
  parser.push(new TextEncoder().encode(text));
  const outcome = parser.finish();
  if (outcome.kind === "refused") throw new Error(outcome.message);
  expect(outcome.page.skipped.count).toBe(0);
  const values = outcome.page.samples.map(
    ({ name, labels, value }) =>
      [`${name}${labels.pairs.map(([key, text]) => ` ${key}=${text}`).join("")}`, value] as const,
  );
  return { text, values: new Map(values), types: new Map(outcome.page.families) };
}

describe("our own metrics", () => {
  test("have calendar windows as gauges and lifetime totals as counters, by model", async () => {
    using world = openWorld();
    world.scrape();
    world.send({ modelGroup: "claude-sonnet", promptTokens: 1000, completionTokens: 100 });
    world.state.now += 60_000;
    world.scrape();
    const { values } = await ownPage(world);
    const models = (await world.json("/api/v1/models")).models;
    expect(models).toHaveLength(1);
    const [{ model, cost_daily, cost_lifetime, tokens_monthly }] = models;
    expect(cost_daily).toBeGreaterThan(0);
    expect(values.get(`litellm_pulse_window_cost_usd model=${model} window=day`)).toBe(cost_daily);
    expect(values.get(`litellm_pulse_window_tokens model=${model} window=month`)).toBe(tokens_monthly);
    expect(values.get(`litellm_pulse_cost_usd_total model=${model}`)).toBe(cost_lifetime);
    expect(values.get(`litellm_pulse_requests_total model=${model}`)).toBe(1);
  });

  test("say how the scrapes go", async () => {
    using world = openWorld();
    expect((await ownPage(world)).values.get("litellm_pulse_scrape_success")).toBe(0);
    world.scrape();
    Object.assign(world.state, {
      scrapes: { good: 7, failed: 2, unbooked: 1, durationMs: 250, series: 26, refusedSamples: 3, skippedLines: 4 },
      revision: 99,
    });
    const { values } = await ownPage(world);
    const own = (name: string) => values.get(`litellm_pulse_${name}`);
    expect(own("scrape_success")).toBe(1);
    expect(own("scrape_duration_seconds")).toBe(0.25);
    expect(own("last_success_timestamp_seconds")).toBe(world.state.now / 1000);
    expect(["good", "failed", "unbooked"].map((result) => own(`scrapes_total result=${result}`))).toEqual([7, 2, 1]);
    expect([own("series_tracked"), own("samples_refused_total"), own("lines_skipped_total")]).toEqual([26, 3, 4]);
    expect(own("litellm_restarts_total")).toBe(0);
    expect(own("database_size_bytes")).toBeGreaterThan(4096);
    expect(own("build_info version=1.2.3")).toBe(1);
  });

  test("follow the naming rules: our prefix, base units, _total on counters and on nothing else, one HELP and TYPE each", async () => {
    using world = openWorld();
    world.scrape();
    const { text, types } = await ownPage(world);
    for (const [name, type] of types) {
      expect(name).toMatch(/^litellm_pulse_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(name).not.toMatch(/milli|minutes|hours|kilo|percent/);
      expect(text.split("\n").filter((line) => line.startsWith(`# HELP ${name} `))).toHaveLength(1);
      expect(text.split("\n").filter((line) => line.startsWith(`# TYPE ${name} `))).toHaveLength(1);
    }
    expect(types.size).toBeGreaterThan(30);
  });

  test("carry foreign model names whole", async () => {
    using world = openWorld();
    world.scrape();
    const odd = world.litellm.population.models.find(({ group }) => group.includes('"'));
    world.send({ modelGroup: odd?.group ?? "" });
    world.state.now += 60_000;
    world.scrape();
    const [{ model }] = (await world.json("/api/v1/models")).models;
    expect((await ownPage(world)).values.get(`litellm_pulse_requests_total model=${model}`)).toBe(1);
  });

  test("ask for the key where one is set", async () => {
    using world = openWorld({ apiKey: "sk-own" });
    expect((await world.get("/metrics")).status).toBe(401);
    expect((await world.get("/metrics", { headers: { Authorization: "Bearer sk-own" } })).status).toBe(200);
  });
});

test("a page of a thousand models lets other work have its turn", async () => {
  const models = Array.from({ length: 1000 }, (_, number) => ({ model: `m${number}`, cost_lifetime: 1 }));
  const scrapes = { durationMs: 1, series: 1, good: 1, failed: 0, unbooked: 0, refusedSamples: 0, skippedLines: 0 };
  const rest = { version: "0", scrapes, isUp: true, lastSuccessAt: 0, restarts: 0, databaseBytes: 0 };
  let turns = 0;
  const timer = setInterval(() => turns++);
  const text = await ownMetricsText({ ...rest, models });
  clearInterval(timer);
  expect(text).toContain('litellm_pulse_cost_usd_total{model="m999"} 1');
  expect(turns).toBeGreaterThan(0);
});
