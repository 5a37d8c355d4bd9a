import { describe, expect, test } from "bun:test";
import { bookPage, DAY, MINUTE, openWorld, type World } from "../support/api.ts";

async function health(world: World): Promise<[status: number, body: unknown]> {
  const response = await world.get("/health");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return [response.status, await response.json()];
}

describe("GET /health", () => {
  test("is 503 starting before the first good scrape, with the reason", async () => {
    using world = openWorld();
    expect(await health(world)).toEqual([503, { status: "starting", reason: "No good scrape yet" }]);
    world.state.error = "GET http://litellm:4000/metrics/ was refused";
    expect(await health(world)).toEqual([
      503,
      { status: "starting", reason: "No good scrape yet: GET http://litellm:4000/metrics/ was refused" },
    ]);
  });

  test("is 200 ok after it, and nothing else", async () => {
    using world = openWorld();
    world.scrape();
    expect(await health(world)).toEqual([200, { status: "ok" }]);
  });

  test("is 503 stale once the newest good scrape is older than three intervals", async () => {
    using world = openWorld();
    world.scrape();
    world.state.error = "It timed out";
    world.state.now += 3 * MINUTE;
    expect(await health(world)).toEqual([200, { status: "ok", notes: ["It timed out"] }]);
    world.state.now += 1000;
    expect(await health(world)).toEqual([
      503,
      { status: "stale", reason: "The newest good scrape is 181 s old: It timed out" },
    ]);
    world.state.error = undefined;
    world.scrape();
    expect(await health(world)).toEqual([200, { status: "ok" }]);
  });

  test("is ok again right after a start where the file has fresh data, and starting where it is old", async () => {
    using world = openWorld();
    world.scrape();
    world.state.hasScraped = false;
    expect(await health(world)).toEqual([200, { status: "ok" }]);
    world.state.now += DAY;
    expect(await health(world)).toEqual([503, { status: "starting", reason: "No good scrape yet" }]);
  });

  test("judges the configured LiteLLM, not another one in the same file", async () => {
    using world = openWorld();
    bookPage(world.db, world.litellm.page(), { at: world.state.now, url: "http://other:4000/metrics/" });
    expect((await health(world))[0]).toBe(503);
  });

  test("a clock that was set back does not make it stale", async () => {
    using world = openWorld();
    world.scrape();
    world.state.now -= DAY;
    expect((await health(world))[0]).toBe(200);
  });

  test("a page without LiteLLM's metrics is ok with a note that says what to do", async () => {
    using world = openWorld();
    bookPage(world.db, "up 1\n", { at: world.state.now });
    const [status, body] = await health(world);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "ok",
      notes: [
        'The page has no metrics of LiteLLM: add "prometheus" to litellm_settings.callbacks, or correct LITELLM_PULSE_METRICS_URL',
      ],
    });
  });
});

test.each(["/health", "/health/", "/health/live", "/health/live/"])(
  "%s is open although a key is set",
  async (path) => {
    using world = openWorld({ apiKey: "a-key" });
    world.scrape();
    expect((await world.get(path)).status).toBe(200);
  },
);

test("GET /health/live answers whatever LiteLLM does", async () => {
  using world = openWorld();
  world.state.error = "It is gone";
  const response = await world.get("/health/live");
  expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
});
