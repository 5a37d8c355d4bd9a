import { describe, expect, test } from "bun:test";
import { createPrices } from "../../../lib/prices/prices.ts";
import { loadSnapshot } from "../../../lib/prices/snapshot.ts";
import { ROUTES } from "../../../lib/server/openapi/route-list.ts";
import { createSpendApi } from "../../../lib/server/spend/api.ts";
import { createCalculate } from "../../../lib/server/spend/calculate.ts";
import { SPEND_ROUTES } from "../../../lib/server/spend/routes/all.ts";

const DEPS: Parameters<typeof createSpendApi>[0] = {
  version: "1.2.3",
  sources: async () => ({
    kind: "problem",
    status: 501,
    error: "There is no spend ledger",
    hint: "Set LITELLM_PULSE_DATABASE_URL",
  }),
  calculate: createCalculate(async () => createPrices([await loadSnapshot()])),
  access: { apiKey: "k", isLoopbackOnly: false, takesVirtualKeys: false },
  litellm: undefined,
  now: () => 0,
  sleep: () => Promise.resolve(),
};
const api = createSpendApi(DEPS);
const shown = (path: string) => path.replace(/:(\w+)/g, "{$1}");

type Schema = { readonly [key: string]: unknown };
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly description?: string }>>;
};
type Document = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const response = await api.request("/openapi.json");
const document = (await response.json()) as Document; // What follows holds it to these types.
const operations = Object.entries(document.paths).flatMap(([path, list]) =>
  Object.entries(list).map(([method, operation]) => ({ path, method, operation })),
);

const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);

/** What is wrong with a JSON Schema as OpenAPI 3.1 knows it, wherever in it. */
function faults(schema: unknown, at: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((item, index) => faults(item, `${at}/${index}`));
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = `${at}/${key}`;
    if (key === "$ref") return typeof value === "string" && resolves(value) ? [] : [`${here} leads nowhere`];
    if (key === "type" && typeof value === "string" && !TYPES.has(value)) return [`${here} is ${value}`];
    if (key === "required" && Array.isArray(value)) {
      const { properties = {} } = schema as Schema;
      return value.filter((name) => !(String(name) in (properties as object))).map((name) => `${here} names ${name}`);
    }
    if (key === "pattern") new RegExp(String(value), "u");
    return faults(value, here);
  });
}

function resolves(reference: string): boolean {
  let found: unknown = document;
  for (const part of reference.replace("#/", "").split("/")) {
    found = typeof found === "object" && found !== null ? new Map(Object.entries(found)).get(part) : undefined;
  }
  return found !== undefined;
}

describe("the OpenAPI document", () => {
  test("has every route, and no other", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe("1.2.3");
    const documented = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const routes = [...ROUTES, ...SPEND_ROUTES].map(({ method, path }) => `${method} ${shown(path)}`);
    expect(documented.toSorted()).toEqual(routes.toSorted());
  });

  test("says where everything is served, and links to itself there", async () => {
    expect(document).not.toHaveProperty("servers");
    const below = createSpendApi({ ...DEPS, basePath: "/pulse" });
    expect(await (await below.request("/openapi.json")).json()).toMatchObject({ servers: [{ url: "/pulse" }] });
    expect(await (await below.request("/docs")).text()).toContain('href="/pulse/openapi.json"');
  });

  test("has the schema of usage answers, and says what is no JSON", () => {
    const answerOf = (path: string) => document.paths[path]?.["get"]?.responses["200"];
    expect(answerOf("/api/v1/usage")).toMatchObject({
      content: { "application/json": { schema: { required: expect.arrayContaining(["total", "forecast"]) } } },
    });
    expect(answerOf("/metrics")).toHaveProperty("content", { "text/plain": { schema: { type: "string" } } });
  });

  test("names each operation once", () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test("has sound schemas and references", () => {
    expect(faults(document.paths, "#/paths")).toEqual([]);
    expect(faults(document.components.schemas, "#/components/schemas")).toEqual([]);
  });

  test.each(operations.map(({ path, method, operation }) => [method, path, operation] as const))(
    "describes %s %s",
    (method, path, { parameters = [], responses, requestBody }) => {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(inPath);
      for (const { name, in: place, required, description, schema } of parameters) {
        expect(["path", "query"]).toContain(place);
        expect(required || place === "query").toBe(true);
        const isOurs = place === "query" && SPEND_ROUTES.some((route) => route.path === path);
        expect([name, !isOurs || (description !== undefined && description !== "another value")]).toEqual([name, true]);
        expect(typeof schema).toBe("object");
      }
      expect(responses["default"]).toHaveProperty("$ref");
      expect(requestBody !== undefined).toBe(method === "post");
    },
  );
});

describe("the page of the API", () => {
  test("shows every route and loads nothing from elsewhere", async () => {
    const page = await api.request("/docs");
    const html = await page.text();
    for (const { method, path } of [...ROUTES, ...SPEND_ROUTES])
      expect(html).toContain(`<h2>${method} ${shown(path)}</h2>`);
    expect(html).not.toMatch(/<(script|link|img|iframe)|https?:\/\//);
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });
});
