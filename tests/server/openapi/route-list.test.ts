import { expect, test } from "bun:test";
import { createApp } from "../../../lib/server/app.ts";
import { ROUTES } from "../../../lib/server/openapi/route-list.ts";
import { PARAMETERS } from "../../../lib/server/openapi/route-parameters.ts";
import { openWorld } from "../../support/api.ts";

test("the routes that are declared are those that Hono has", () => {
  using world = openWorld();
  // `/` stands for two: the dashboard and the JSON that others get there.
  const declared = ROUTES.map(({ method, path }) => `${method} ${path}`);
  const served = createApp(world.deps).routes.filter(({ method }) => method !== "ALL");
  expect(declared.toSorted()).toEqual([...new Set(served.map(({ method, path }) => `${method} ${path}`))].toSorted());
});

test("every query parameter is described, and no other", () => {
  const names = new Set(ROUTES.flatMap(({ parameters = [] }) => parameters));
  expect([...PARAMETERS.keys()].toSorted()).toEqual([...names].toSorted());
  for (const { description } of PARAMETERS.values()) expect(description).toMatch(/^[A-Z].*[^.]$/);
});

test("a route without a key for it is closed to whoever has none, and open to everyone where it says so", async () => {
  using world = openWorld({ apiKey: "sk-pulse" });
  for (const { method, path, access } of ROUTES) {
    const { status } = await world.get(path.replace(":name", "cost"), { method });
    expect({ path, isRefused: status === 401 }).toEqual({ path, isRefused: access !== "everyone" });
  }
});
