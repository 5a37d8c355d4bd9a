import { describe, expect, test } from "bun:test";
import { openWorld } from "../support/api.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

describe("GET /", () => {
  test.each([
    [BROWSER, "text/html; charset=utf-8"],
    ["text/html", "text/html; charset=utf-8"],
    ["*/*", "application/json; charset=utf-8"],
    ["", "application/json; charset=utf-8"],
    ["application/json, text/html;q=0.9", "application/json; charset=utf-8"],
    ["text/plain", "application/json; charset=utf-8"],
  ])("with Accept: %j is %s", async (accept, type) => {
    using world = openWorld();
    const response = await world.get("/", { headers: { Accept: accept } });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, type]);
    expect(response.headers.get("Vary")).toBe("Accept, Accept-Encoding");
  });

  test("gives a browser the page without a key, as there are no numbers in it", async () => {
    using world = openWorld({ apiKey: "secret" });
    expect((await world.get("/", { headers: { Accept: BROWSER } })).status).toBe(200);
    expect((await world.get("/assets/page-1a2b3c.js")).status).toBe(200);
    expect((await world.get("/")).status).toBe(401);
  });

  test("lets the page load and do nothing but what this server has", async () => {
    using world = openWorld();
    const { headers } = await world.get("/", { headers: { Accept: BROWSER } });
    const policy = headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  });

  test("is not sent again while it is the same", async () => {
    using world = openWorld();
    const first = await world.get("/", { headers: { Accept: BROWSER } });
    const headers = { Accept: BROWSER, "If-None-Match": first.headers.get("ETag") ?? "" };
    expect((await world.get("/", { headers })).status).toBe(304);
  });
});

describe("a file of the page", () => {
  test("may be kept for ever, as its name changes with its content, and comes packed", async () => {
    using world = openWorld();
    const response = await world.get("/assets/page-1a2b3c.js", { headers: { "Accept-Encoding": "gzip" } });
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("Content-Type")).toBe("text/javascript;charset=utf-8");
    expect(response.headers.get("Content-Encoding")).toBe("gzip");
    expect(response.headers.get("ETag")).not.toBeNull();
  });

  test.each(["nope.js", "..%2fapi", "__proto__"])("%s is 404", async (name) => {
    using world = openWorld();
    expect((await world.get(`/assets/${name}`)).status).toBe(404);
  });
});

describe("under a path", () => {
  test.each(["/pulse/", "/pulse/api/v1/metrics", "/pulse/api/v1/metrics/", "/pulse/health/live", "/pulse"])(
    "%s is there",
    async (path) => {
      using world = openWorld({ basePath: "/pulse" });
      expect((await world.get(path)).status).toBe(200);
    },
  );

  test.each(["/", "/api/v1/metrics", "/pulsed/", "/pulse2", "/health/live", "//pulse/"])("%s is 404", async (path) => {
    using world = openWorld({ basePath: "/pulse" });
    const response = await world.get(path);
    expect(response.status).toBe(404);
    expect((await response.json()).available).toContain("/pulse/api/v1/metrics");
  });

  test("a browser is sent to the page's folder, with its question", async () => {
    using world = openWorld({ basePath: "/pulse" });
    const response = await world.get("/pulse?period=week", { headers: { Accept: BROWSER } });
    expect([response.status, response.headers.get("Location")]).toEqual([308, "/pulse/?period=week"]);
  });

  test("a method that changes something is 405", async () => {
    using world = openWorld({ basePath: "/pulse" });
    expect((await world.get("/pulse/api/v1/usage", { method: "POST" })).status).toBe(405);
  });
});
