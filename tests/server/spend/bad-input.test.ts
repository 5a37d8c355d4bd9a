import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SPEND_ROUTES } from "../../../lib/server/spend/routes/all.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const rows = madeUpRows(200);
const DATES = { start_date: "2026-11-01", end_date: "2026-11-21" };
const SECONDS = { start_date: "2026-11-01 00:00:00", end_date: "2026-11-21 23:59:59" };

const BAD_DATES = [
  ..."12/01/2026 2026-13-01 2026-02-30 2026-1-9 20261109 now 0 -1 1e9 0000-01-01 +2026-01-01 2026-11-09Z".split(" "),
  "",
  " 2026-11-09",
  "2026-11-09T00:00:00Z",
  "2026-11-09'; DROP TABLE sheet; --",
  "9".repeat(10_000),
];

/** Every route that must have both dates. */
const DATED = SPEND_ROUTES.filter(({ path }) =>
  /^\/global\/(activity|spend\/(provider|report|tags))|^\/spend\/logs\/(ui|v2)$/.test(path),
).map(({ path }) => path);

describe("bad input", () => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(rows, MADE_UP_PEOPLE, { now: NOW });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = (path: string, query: Readonly<Record<string, unknown>>, key = "sk-boss") =>
    world.ask("GET", path, { key, query });

  test.each(DATED)("%s refuses dates of every wrong form, and names the parameter", async (path) => {
    const good = path.startsWith("/spend/logs") ? SECONDS : DATES;
    // Tags take moments, too, as LiteLLM's dashboard sends them.
    const isLoose = path === "/global/spend/tags";
    for (const bad of BAD_DATES.filter((date) => !isLoose || date !== "2026-11-09T00:00:00Z")) {
      for (const name of ["start_date", "end_date"] as const) {
        const response = await ask(path, { ...good, model_group: "smart", [name]: bad });
        expect([bad.slice(0, 40), response.status]).toEqual([bad.slice(0, 40), 400]);
        expect(await response.json()).toHaveProperty("error", expect.stringContaining(name));
      }
    }
  });

  test.each(DATED)("%s refuses an end before the start", async (path) => {
    const { start_date, end_date } = path.startsWith("/spend/logs") ? SECONDS : DATES;
    const response = await ask(path, { start_date: end_date, end_date: start_date, model_group: "smart" });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: "start_date lies after end_date" });
  });

  test.each([
    ["/global/spend/keys", { limit: "0" }],
    ["/global/spend/keys", { limit: "-1" }],
    ["/global/spend/models", { limit: "-1" }],
    ["/global/spend/models", { limit: "ten" }],
    ["/global/spend/models", { limit: "1e1" }],
    ["/global/spend/models", { limit: "1; DROP TABLE sheet" }],
    ["/global/spend/report", { ...DATES, group_by: "planet" }],
    ["/spend/logs", { ...DATES, summarize: "perhaps" }],
    ["/spend/logs", { start_date: "1970-01-01", end_date: "9999-12-31" }],
    ["/spend/logs/ui", DATES],
    ["/spend/logs/ui", { ...SECONDS, page: "0" }],
    ["/spend/logs/ui", { ...SECONDS, page: "-1" }],
    ["/spend/logs/ui", { ...SECONDS, page_size: "101" }],
    ["/spend/logs/ui", { ...SECONDS, sort_by: "model" }],
    ["/spend/logs/ui", { ...SECONDS, sort_order: "up" }],
    ["/spend/logs/ui", { ...SECONDS, min_spend: "a lot" }],
    ["/spend/logs/ui", { ...SECONDS, max_spend: "NaN" }],
    ["/spend/logs/ui", { ...SECONDS, status_filter: "maybe" }],
    ["/spend/logs/ui", { ...SECONDS, user_id: "a\0b" }],
    ["/spend/logs/session/ui", {}],
    ["/global/activity/exceptions", DATES],
  ])("%s with %p is 400", async (path, query) => {
    const response = await ask(path, query);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty("error", expect.any(String));
  });

  test("a parameter that stands twice is refused", async () => {
    const response = await world.api.request(
      "/global/activity?start_date=2026-11-01&end_date=2026-11-21&start_date=2026-11-02",
      { headers: { Authorization: "Bearer sk-boss" } },
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: '"start_date" is given 2 times, expected once' });
  });

  test.each(["[]", "null", '"x"', "{", "undefined", '{"startTime": 5}', '{"startTime": "soon"}', '{"api_key": ["a"]}'])(
    "a body %p is 400",
    async (body) => {
      const response = await world.api.request("/global/spend/end_users", {
        method: "POST",
        headers: { Authorization: "Bearer sk-boss" },
        body,
      });
      expect(response.status).toBe(400);
    },
  );

  test("a page that lies far behind the last is empty, and says how many there are", async () => {
    const response = await ask("/spend/logs/ui", { ...SECONDS, page: 1_000_000_000, page_size: 100 });
    expect(await response.json()).toMatchObject({ data: [], page: 1_000_000_000 });
  });

  test("names of 10 000 characters, SQL and patterns are names that nobody has", async () => {
    for (const name of ["x".repeat(10_000), "' OR 1=1 --", "%", "\\", "$1", '"; DROP TABLE "LiteLLM_SpendLogs"']) {
      const page = await ask("/spend/logs/ui", { ...SECONDS, user_id: name, key_alias: name, error_message: name });
      expect(await page.json()).toMatchObject({ data: [], total: 0 });
      const report = await ask("/global/spend/report", { ...DATES, internal_user_id: name });
      expect(await report.json()).toEqual([]);
    }
  });

  test.each(SPEND_ROUTES.map(({ method, path }) => [method, path] as const))(
    "%s %s refuses other methods and names its own",
    async (method, path) => {
      for (const other of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((each) => each !== method)) {
        const response = await world.ask(other, path.replace("{request_id}", "x"), { key: "sk-boss" });
        expect(response.status).toBe(405);
        expect(response.headers.get("Allow")).toContain(method);
      }
    },
  );

  test(
    "whatever is asked is answered without a bug, and a user never sees another's request",
    async () => {
      const names = [
        ..."start_date end_date api_key user_id team_id request_id summarize page page_size limit group_by".split(" "),
        ..."internal_user_id customer_id tags model_group session_id sort_by min_spend key_alias end_user".split(" "),
      ];
      const value = fc.oneof(
        fc.constantFrom("2026-11-01", "2026-11-21", "2026-11-21 10:00:00", "1", "0", "-1", "1e9", "true", "false"),
        fc.constantFrom("ben", "cleo", "s1", "t-search", "t-core", "made-1", "made-7", "spend", "customer", "prod"),
        fc.string({ unit: "binary", maxLength: 30 }).filter((text) => text.isWellFormed()),
        fc.constantFrom("' OR '1'='1", "\u0000", "NULL", "%00", "../..", "{}", "[]"),
      );
      const query = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 7, noNullPrototype: true });
      const route = fc.constantFrom(...SPEND_ROUTES);
      const others = rows.filter(({ user }) => user !== "ben");
      await fc.assert(
        fc.asyncProperty(
          route,
          query,
          fc.constantFrom("sk-boss", "sk-made-a"),
          async ({ method, path }, asked, key) => {
            const at = path.replace("{request_id}", "x");
            const response = await world.ask(method, at, {
              key,
              query: asked,
              ...(method === "POST" ? { body: asked } : {}),
            });
            expect(response.status).toBeLessThan(500);
            const answer = await response.text();
            JSON.parse(answer);
            if (key === "sk-made-a" && asked["team_id"] !== "t-search") {
              const ids = new Set([...answer.matchAll(/"request_id":"([^"]*)"/g)].map(([, id]) => id));
              expect(others.filter(({ request_id }) => ids.has(request_id))).toEqual([]);
            }
          },
        ),
        propertyRuns(400),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
