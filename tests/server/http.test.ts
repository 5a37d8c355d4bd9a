import { SQLiteError } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { MINUTE, openWorld, type World } from "../support/api.ts";

const PATHS = [
  "/",
  "/api/v1/metrics",
  "/api/v1/metrics/cost",
  "/api/v1/models",
  "/api/v1/history",
  "/api/v1/usage",
  "/api/v1/coverage",
  "/raw",
  "/health",
  "/health/live",
];
const KEPT = PATHS.filter((path) => !path.startsWith("/health"));
const ERRORS = ["/nope", "/api/v1/metrics/nope", "/api/v1/history?limit=x", "/api/v1/usage?by=nope"];

function scrapedWorld(): World {
  const world = openWorld();
  world.scrape();
  world.send({ spend: 1 });
  world.pass(MINUTE);
  return world;
}

describe("every answer", () => {
  test.each([...PATHS, ...ERRORS])(
    "of %s is one line of JSON that no browser takes for anything else",
    async (path) => {
      using world = scrapedWorld();
      const response = await world.get(path);
      expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
      expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(await response.text()).toMatch(/^\{[^\n]*\}\n$/);
    },
  );

  test.each(ERRORS)("that is an error, as of %s, is kept by nobody", async (path) => {
    using world = scrapedWorld();
    const response = await world.get(path);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("ETag")).toBeNull();
    expect(await response.text()).toStartWith('{"error":"');
  });
});

describe("an unknown address", () => {
  test("is 404 with the addresses there are", async () => {
    using world = openWorld();
    const response = await world.get("/metricks");
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: "There is nothing at this address",
      available: expect.arrayContaining(["/", "/api/v1/metrics", "/api/v1/metrics/{name}", "/raw", "/health/live"]),
    });
  });

  test.each(["/api/v1/metrics/cost/x", "/api/v1/metrics//", "/API/v1/metrics", "/%2e%2e/etc/passwd", "/__proto__"])(
    "%s is 404",
    async (path) => {
      using world = openWorld();
      expect((await world.get(path)).status).toBe(404);
    },
  );
});

describe("a method", () => {
  test.each(PATHS)("HEAD %s is GET without the body", async (path) => {
    using world = scrapedWorld();
    const [get, head] = [await world.get(path), await world.get(path, { method: "HEAD" })];
    expect(head.status).toBe(get.status);
    expect([...head.headers]).toEqual([...get.headers]);
    expect(await head.text()).toBe("");
  });

  test.each([...PATHS, "/api/v1/metrics/"])("OPTIONS %s names what is allowed", async (path) => {
    using world = openWorld();
    const response = await world.get(path, { method: "OPTIONS" });
    expect([response.status, response.headers.get("Allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test.each(PATHS.flatMap((path) => ["POST", "PUT", "PATCH", "DELETE"].map((method) => [method, path] as const)))(
    "%s %s is 405 with what is allowed",
    async (method, path) => {
      using world = openWorld();
      const response = await world.get(path, { method });
      expect([response.status, response.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
      expect(await response.json()).toEqual({ error: `${method} is not allowed here, expected GET` });
    },
  );

  test.each(["POST", "OPTIONS"])("%s of an unknown address is 404", async (method) => {
    using world = openWorld();
    expect((await world.get("/nope", { method })).status).toBe(404);
  });
});

describe("ETag", () => {
  test.each(KEPT)("of %s gives 304 without a body until the numbers change", async (path) => {
    using world = scrapedWorld();
    const first = await world.get(path);
    const etag = first.headers.get("ETag") ?? "";
    expect(etag).toMatch(/^W\/"[a-z0-9]+"$/);
    const again = await world.get(path, { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", etag]);
    expect(again.headers.get("Cache-Control")).toBe("no-cache");
    expect(again.headers.get("Vary")).toBe(path === "/" ? "Accept, Accept-Encoding" : "Accept-Encoding");
    world.send({ spend: 1 });
    world.pass(MINUTE);
    const changed = await world.get(path, { headers: { "If-None-Match": etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("ETag")).not.toBe(etag);
  });

  test.each([
    ["*", 304],
    ['"other"', 200],
    ["", 200],
    ['"other", TAG', 304],
    ["STRONG", 304],
    ["garbage, , W/", 200],
  ])("If-None-Match: %p gives %d", async (header, status) => {
    using world = scrapedWorld();
    const etag = (await world.get("/")).headers.get("ETag") ?? "";
    const asked = header.replace("TAG", etag).replace("STRONG", etag.replace("W/", ""));
    expect((await world.get("/", { headers: { "If-None-Match": asked } })).status).toBe(status);
  });

  test("changes when only the error changes", async () => {
    using world = scrapedWorld();
    const etag = (await world.get("/")).headers.get("ETag") ?? "";
    Object.assign(world.state, { error: "It timed out", revision: world.state.revision + 1 });
    expect((await world.get("/", { headers: { "If-None-Match": etag } })).status).toBe(200);
  });
});

describe("gzip", () => {
  test.each([
    ["gzip", true],
    ["GZIP", true],
    ["br, gzip;q=0.8, *;q=0.1", true],
    ["gzip;q=1.0", true],
    ["gzip; q=0.001", true],
    ["gzip;q=0", false],
    ["gzip;q=0.0, identity", false],
    ["deflate, br", false],
    ["gzipped", false],
    ["", false],
  ])("Accept-Encoding: %p is answered packed: %p", async (header, packed) => {
    using world = scrapedWorld();
    const plain = await (await world.get("/")).text();
    const response = await world.get("/", { headers: { "Accept-Encoding": header } });
    expect(response.headers.get("Content-Encoding")).toBe(packed ? "gzip" : null);
    expect(response.headers.get("Vary")).toBe("Accept, Accept-Encoding");
    const body = new Uint8Array(await response.arrayBuffer());
    expect(new TextDecoder().decode(packed ? Bun.gunzipSync(body) : body)).toBe(plain);
    expect(packed ? body.length < plain.length : body.length === plain.length).toBe(true);
  });

  test("small answers and errors stay as they are", async () => {
    using world = scrapedWorld();
    for (const path of ["/api/v1/metrics/cost", "/health", "/api/v1/metrics/nope"]) {
      const response = await world.get(path, { headers: { "Accept-Encoding": "gzip" } });
      expect(response.headers.get("Content-Encoding")).toBeNull();
    }
  });
});

describe("trouble", () => {
  test("a bug is a plain 500 that says nothing of itself, and is passed on", async () => {
    using world = openWorld();
    const bug = new TypeError("secret detail");
    Object.defineProperty(world.state, "rawSums", {
      get: () => {
        throw bug;
      },
      enumerable: true,
    });
    const response = await world.get("/raw");
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: "The answer could not be made; the log says why" },
    ]);
    expect(world.bugs).toEqual([bug]);
  });

  test("a database that cannot be read is 503 with the reason, and passed on", async () => {
    using world = openWorld({ inFile: true });
    world.scrape();
    world.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    world.db.run("PRAGMA cache_size = 0");
    const bytes = readFileSync(world.path);
    writeFileSync(world.path, bytes.fill(0xff, 4096));
    const response = await world.get("/");
    expect([response.status, await response.json()]).toEqual([
      503,
      { error: "Cannot read the database: the file is damaged" },
    ]);
    expect(world.bugs).toEqual([expect.any(SQLiteError)]);
  });
});
