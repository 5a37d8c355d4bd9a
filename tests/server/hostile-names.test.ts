import { describe, expect, test } from "bun:test";
import { homelabPopulation } from "../../lib/demo/homelab.ts";
import { MINUTE, openWorld, type World } from "../support/api.ts";

const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "other",
  "unknown",
  "null",
  "undefined",
  "0",
  "<script>alert(1)</script>",
  '"; DROP TABLE cell; --',
  "' OR '1'='1",
  "a\\b\\\\c",
  "a}b{c,d=e",
  "llama-🦙-3.3",
  "cafe\u0301",
  "\u202eevil\u0007\u001b[31m",
  "  spaces  ",
  "%00%2e%2e/",
  "x".repeat(5000),
];

/** A world in which models and keys have these names. */
function worldOf(names: readonly string[]): World {
  const population = homelabPopulation();
  const [model] = population.models;
  const [key] = population.keys;
  if (!model || !key) throw new Error("The population is empty");
  const world = openWorld({
    population: {
      ...population,
      models: names.map((name) => ({ ...model, group: name, model: name, modelId: name, provider: name })),
      keys: [{ ...key, alias: names[0], team: { id: names[0], alias: names[0] }, user: names[0] }],
    },
  });
  world.scrape();
  for (const modelGroup of names) world.send({ modelGroup, spend: 1, promptTokens: 1, completionTokens: 1 });
  world.pass(MINUTE);
  return world;
}

test("every name is one model of its own, as it was written", async () => {
  using world = worldOf(NAMES);
  const { models } = await world.json("/api/v1/models");
  expect(models.map(({ model }: { model: string }) => model).toSorted()).toEqual(NAMES.toSorted());
  for (const model of models) expect(model).toMatchObject({ requests: 1, cost: 1, cost_daily: 1 });
  const { groups, total } = await world.json("/api/v1/usage?by=model,provider,model_group");
  expect(groups.map(({ model }: { model: string }) => model).toSorted()).toEqual(NAMES.toSorted());
  for (const { model, provider, model_group } of groups) expect([provider, model_group]).toEqual([model, model]);
  expect(total.cost).toBe(NAMES.length);
});

describe("as a filter", () => {
  test.each(NAMES.map((name) => [name.length > 100 ? "a very long name" : name, name]))(
    "%j finds its own",
    async (_, name) => {
      using world = worldOf([name, "another"]);
      const words = new URLSearchParams({ model: name, provider: name, key: name, team: name, user: name });
      expect(await world.json(`/api/v1/usage?${words}`)).toMatchObject({
        total: { cost: 1 },
        groups: [{ model: name }],
      });
      expect(await world.json(`/api/v1/usage?${new URLSearchParams({ model: `${name}x` })}`)).toMatchObject({
        total: { cost: 0 },
        groups: [],
      });
      expect(world.bugs).toEqual([]);
    },
  );
});

test.each(NAMES.map((name) => [name.length > 100 ? "a very long name" : name, name]))(
  "%j is neither a metric nor a parameter",
  async (_, name) => {
    using world = worldOf(["a"]);
    const path = encodeURIComponent(name);
    expect((await world.get(`/api/v1/metrics/${path}`)).status).toBe(404);
    expect((await world.get(`/api/v1/usage?${path}=1`)).status).toBe(400);
    for (const parameter of ["by", "sort", "step", "period", "timezone", "top", "last", "since"]) {
      expect((await world.get(`/api/v1/usage?${parameter}=${path}`)).status).toBe(400);
    }
    expect(world.bugs).toEqual([]);
  },
);

test("addresses that no decoder understands are answered, not met with a bug", async () => {
  using world = worldOf(["a"]);
  for (const path of ["/%", "/%E0%A4%A", "/api/v1/metrics/%", "/api/v1/usage?model=%", "/api/v1/usage?%=%&model=%ff"]) {
    expect((await world.get(path)).status).toBeOneOf([200, 400, 404]);
  }
  expect(world.bugs).toEqual([]);
});
