import { describe, expect, test } from "bun:test";
import { openWorld, type WorldOptions } from "../../support/api.ts";

const KEY = "correct horse";
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** A query sends a request through the router, which leaves it alone on these routes. */
const ROUTED = "?routed";

describe.each(["/api/v1/metrics", "/api/v1/models"])("%s is answered as the router answers it", (path) => {
  const cases: readonly [string, WorldOptions, RequestInit][] = [
    ["to everybody", {}, {}],
    ["packed", {}, { headers: { "Accept-Encoding": "gzip" } }],
    ["to HEAD", {}, { method: "HEAD" }],
    ["to POST", {}, { method: "POST" }],
    ["to OPTIONS", {}, { method: "OPTIONS" }],
    ["to a host that is none", {}, { headers: { Host: "one, two" } }],
    ["to who has the key", { apiKey: KEY }, { headers: bearer(KEY) }],
    ["to who has another key", { apiKey: KEY }, { headers: bearer("wrong horse") }],
    ["to who has no key", { apiKey: KEY, isLoopbackOnly: false }, {}],
    ["under a path", { basePath: "/pulse" }, {}],
  ];
  test.each(cases)("%s", async (_, options, init) => {
    using world = openWorld(options);
    for (let scrapes = 0; scrapes < 3; scrapes++) {
      const [direct, routed] = [await world.get(path, init), await world.get(path + ROUTED, init)];
      expect(direct.status).toBe(routed.status);
      expect([...direct.headers]).toEqual([...routed.headers]);
      expect(await direct.text()).toBe(await routed.text());
      world.send();
      world.pass(60_000);
    }
  });

  test("under its path alone where there is one, and to whoever has it already with 304", async () => {
    using world = openWorld({ basePath: "/pulse" });
    const { status, headers } = await world.get(`/pulse${path}`);
    expect([status, (await world.get(path)).status]).toEqual([200, 404]);
    const again = await world.get(`/pulse${path}`, { headers: { "If-None-Match": headers.get("ETag") ?? "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("with what is wrong where it cannot be made", async () => {
    using world = openWorld();
    world.db.run("ALTER TABLE target RENAME TO lost");
    expect((await world.get(path)).status).toBe(503);
    expect(world.bugs).toHaveLength(1);
  });
});
