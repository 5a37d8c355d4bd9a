import { describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { createSetup } from "../lib/cli/setup.ts";
import { resolveConfig } from "../lib/config/resolve.ts";
import { SETTINGS } from "../lib/config/settings.ts";
import { createSimulatedLiteLLM } from "../lib/demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../lib/demo/serve.ts";
import { COUNTERS } from "../lib/litellm/metrics.ts";
import { openForWriting } from "../lib/store/open/database.ts";
import { createStoreHandle } from "../lib/store/open/store-handle.ts";
import { fakeIo, runCli } from "./cli/run-cli.ts";
import { loud, opened, page, runService } from "./cli/run-service.ts";
import { bookPage, DAY, HOUR, MINUTE, NOON, openWorld, temporaryFolder, type World } from "./support/api.ts";
import { fixture } from "./support/fixtures.ts";
import { openMetered } from "./support/metered.ts";

/**
 * The bugs of the Python predecessor by their numbers. Those of its accounting (1 to 11, 23) stand in the file beside
 * this one, those of its parser (12 to 15) in tests/parser, those of its settings (24) in tests/config.
 */

describe("answers", () => {
  const scraped = (options?: Parameters<typeof openWorld>[0]): World => {
    const world = openWorld(options);
    world.scrape();
    world.send({ promptTokens: 8, cachedTokens: 2, spend: 1 });
    world.pass(MINUTE);
    return world;
  };

  test("bug 16: input_cached_pct is answered by name, and a 404 lists every name with its suffixes", async () => {
    using world = scraped();
    expect(await world.json("/api/v1/metrics/input_cached_pct_daily")).toMatchObject({ value: 25 });
    const { available } = await world.json("/api/v1/metrics/nope");
    expect(available).toContainValues(["input_cached_pct", "cost", "cost_daily", "tokens_monthly"]);
  });

  test("bug 17: limit=0 gives no snapshot, with a file and without", async () => {
    for (const isInMemory of [false, true]) {
      using world = scraped({ isInMemory });
      expect(await world.json("/api/v1/history?limit=0")).toMatchObject({ snapshots: [], count: 0 });
    }
  });

  test("bug 18: the past can be asked for by time, however many scrapes ago", async () => {
    using store = openMetered("2026-11-01T00:00:00Z");
    store.use("2026-11-02T10:00:00Z", {}, { cost: 1 });
    for (let scrapes = 0; scrapes < 170; scrapes++) store.scrape(NOON + scrapes * MINUTE);
    const { steps } = store.answer({ since: "2026-11-02", until: "2026-11-02", step: "hour" });
    expect([steps.length, steps[10]?.cost]).toEqual([24, 1]);
  });

  test("bug 19: health is 503 before the first scrape and when scrapes stop, and last_scrape outlives our restart", async () => {
    using world = openWorld();
    expect((await world.get("/health")).status).toBe(503);
    world.scrape();
    expect((await world.get("/health")).status).toBe(200);
    world.state.hasScraped = false;
    expect((await world.json("/")).last_scrape).toBe("2026-11-21T12:00:00+00:00");
    world.state.hasScraped = true;
    world.state.now += HOUR;
    expect((await world.get("/health")).status).toBe(503);
  });

  test("bug 20: the error is in the two answers where seed 1 promises it, and no other has that key", async () => {
    using world = scraped();
    Object.assign(world.state, { error: "It timed out", revision: 9 });
    const paths = [
      "/",
      "/api/v1/metrics",
      "/api/v1/metrics/cost",
      "/api/v1/models",
      "/api/v1/history",
      "/api/v1/usage",
      "/raw",
    ];
    const bodies = await Promise.all(paths.map((path) => world.json(path)));
    expect(paths.filter((_, index) => "error" in bodies[index])).toEqual(["/", "/api/v1/metrics"]);
  });

  test("bug 21: a request between two scrapes reads no rows, and a scrape adds no row for each model", async () => {
    using world = scraped();
    const paths = ["/", "/api/v1/metrics/cost", "/api/v1/models", "/api/v1/usage", "/api/v1/history"];
    for (const path of paths) await world.get(path);
    const query = world.db.query.bind(world.db);
    const asked: string[] = [];
    world.db.query = ((sql: string) => {
      asked.push(sql);
      return query(sql);
    }) as typeof world.db.query;
    for (const path of paths) await world.get(path);
    expect(asked.filter((sql) => sql !== "PRAGMA data_version")).toEqual([]);
    world.db.query = query;
    const rows = () => query("SELECT COUNT(*) AS n FROM bucket").get();
    const before = rows();
    for (let scrapes = 0; scrapes < 5; scrapes++) {
      world.send({ spend: 1 });
      world.pass(MINUTE);
    }
    expect(rows()).toEqual(before);
  });

  test("bug 22: what is past its retention is purged right after a start", async () => {
    const store = opened();
    if (store.kind === "failed") throw new Error("It is open");
    bookPage(store.db, page(1), { at: NOON - 30 * DAY });
    const [first] = await runService([page(2)], { opens: [store], retentionDays: 1 });
    expect(loud(first).at(-1)?.[1]).toEndWith("and 1 snapshot");
  });

  test("bug 26: requests are counted by model on the pages of a real LiteLLM", async () => {
    using world = openWorld();
    bookPage(world.db, fixture("metrics/fresh.prom"), { at: NOON });
    bookPage(world.db, fixture("metrics/mixed.prom.gz"), { at: NOON + MINUTE });
    world.state.now += MINUTE;
    const { models } = await world.json("/api/v1/models");
    const withTokens = models.filter((model: Record<string, number>) => (model["tokens_daily"] ?? 0) > 0);
    expect(withTokens.length).toBeGreaterThan(5);
    for (const model of withTokens) expect(model.requests_daily).toBeGreaterThan(0);
  });

  test("bug 27: a model's name is data in JSON that no browser may take for a page", async () => {
    using world = openWorld();
    const name = "<img src=x onerror=alert(1)>";
    bookPage(world.db, `litellm_spend_metric_total{model="${name}"} 1\n`, { at: NOON });
    for (const path of [
      "/api/v1/models",
      `/api/v1/usage?model=${encodeURIComponent(name)}`,
      `/${encodeURIComponent(name)}`,
    ]) {
      const response = await world.get(path, { headers: { Accept: "text/html" } });
      expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
      expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(() => response.json()).not.toThrow();
    }
  });
});

describe("the outside", () => {
  test("bug 25: a redirect from /metrics to /metrics/ is followed", async () => {
    using temporary = temporaryFolder();
    const litellm = createSimulatedLiteLLM({ seed: 1, now: () => NOON, buckets: 0 });
    const served = serveSimulatedLiteLLM({ litellm, port: 0, now: () => NOON });
    const set = { METRICS_URL: `${served.url}/metrics`, DB_PATH: temporary.path };
    expect(await runCli(["scrape-once"], { set })).toMatchObject({ code: 0 });
    expect(served.received.map(({ path }) => path)).toEqual(["/metrics", "/metrics/"]);
    await served.stop();
  });

  test("bug 28: a database that cannot be opened is tried again, and used as soon as it can", () => {
    using temporary = temporaryFolder();
    const path = join(temporary.folder, "folder", "pulse.db");
    writeFileSync(join(temporary.folder, "folder"), "a file where the folder should be");
    const store = createStoreHandle(() => openForWriting(path));
    expect([store.isInMemory, store.error]).toEqual([true, expect.stringContaining(path)]);
    expect(store.retry()).toBe(false);
    rmSync(join(temporary.folder, "folder"));
    expect([store.retry(), store.isInMemory, store.error]).toEqual([true, false, undefined]);
    store.close();
  });

  describe("bug 29:", () => {
    const setup = (set: Record<string, string>) => {
      const io = fakeIo([], { set });
      const resolved = resolveConfig({ flags: new Map(), env: io.env, readFile: io.readFile });
      if (resolved.kind === "invalid") throw new Error(resolved.message);
      const made = createSetup(resolved, io);
      if (made.kind === "invalid") throw new Error(made.message);
      return { source: made.setup.source, err: io.err_.join("") };
    };

    test("a key that crosses unverified TLS is warned of", () => {
      const set = { METRICS_URL: "https://llm.example.org/metrics/", METRICS_API_KEY: "sk-secret" };
      expect(setup(set).err).toMatch(/ warning .*llm\.example\.org.*LITELLM_PULSE_VERIFY_SSL/);
      expect(setup({ ...set, VERIFY_SSL: "true" }).err).toBe("");
    });

    test("the source shows no credentials", () => {
      const { source } = setup({ METRICS_URL: "http://user:pass-word@litellm:4000/metrics/?token=abc" });
      expect(source).not.toMatch(/user|pass-word|abc/);
    });

    test("with a key nothing is open, and without one no people are shown to other machines", async () => {
      using keyed = openWorld({ apiKey: "key" });
      for (const path of ["/", "/raw", "/api/v1/history"]) expect((await keyed.get(path)).status).toBe(401);
      using open = openWorld({ isLoopbackOnly: false });
      expect((await open.get("/api/v1/usage?by=user")).status).toBe(401);
    });
  });

  test("bug 30: README's Homepage tile has at most four fields, which exist, and says that LiteLLM may want a key", async () => {
    const readme = await Bun.file(new URL("../README.md", import.meta.url)).text();
    const fields = [...readme.matchAll(/field: (\w+)/g)].map(([, field]) => field ?? "");
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.length).toBeLessThanOrEqual(4);
    using world = openWorld();
    world.scrape();
    expect(Object.keys(await world.json("/api/v1/homepage"))).toContainValues(fields);
    expect(readme).toContain("LITELLM_PULSE_METRICS_API_KEY");
    expect(readme).not.toContain("device_class: duration");
  });

  test("bug 31: every flag takes effect, and columns, answers and catalogue name the same metrics", async () => {
    for (const { key, flag, argument, schema, default: byDefault } of SETTINGS) {
      const texts = ["x", "5", "postgres://db/litellm", "id=id,model=model,spend=cost,time=at", "openai=1/1d"];
      const text = byDefault ?? texts.find((each) => v.is(schema, each));
      if (text === undefined) throw new Error(`None of the texts is a value of ${flag}`);
      const value = argument === undefined ? [] : [text];
      const { out } = await runCli(["config", "--json", flag, ...value]);
      const row = JSON.parse(out).settings.find((each: { key: string }) => each.key === key);
      expect([flag, row.source]).toEqual([flag, "flag"]);
    }
    using world = openWorld();
    world.scrape();
    const columns = world.db.query<{ name: string }, []>("SELECT name FROM pragma_table_info('bucket')").all();
    expect(columns.map(({ name }) => name)).toEqual(["at", "cell", "estimated", ...COUNTERS]);
    const [snapshot] = (await world.json("/api/v1/history")).snapshots;
    const body = await world.json("/");
    for (const counter of COUNTERS) {
      expect(snapshot).toContainKeys([counter, `${counter}_delta`]);
      expect(body).toContainKeys([counter, `${counter}_daily`, `${counter}_weekly`, `${counter}_monthly`]);
    }
  });
});
