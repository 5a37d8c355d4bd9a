import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { difference } from "../../support/same-answer.ts";
import {
  CUSTOMERS,
  KEYS,
  MADE_UP_PEOPLE,
  MODELS,
  madeUpRows,
  NOW,
  TAGS,
  TEAMS,
  tokenOf,
  USERS,
} from "../../support/spend-rows-made-up.ts";
import { endUsersTruth, pageTruth, TRUTHS, type Truth } from "../../support/spend-truth.ts";
import { LEDGER_HOMES, openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const rows = madeUpRows(600);

const ROLES = [
  { name: "an admin", key: "sk-boss", own: undefined },
  { name: "ben", key: "sk-made-a", own: "ben" },
  { name: "cleo", key: "sk-made-b", own: "cleo" },
] as const;
const role = fc.constantFrom(...ROLES);
const given = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const texts = (values: readonly (string | null)[]) => fc.constantFrom(...values.flatMap((value) => value ?? []));

const days = fc
  .tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }))
  .map(([a, b]) => [new Date(NOW - Math.max(a, b) * 86_400_000), new Date(NOW - Math.min(a, b) * 86_400_000)] as const)
  .map(([from, to]) => ({ start_date: from.toISOString().slice(0, 10), end_date: to.toISOString().slice(0, 10) }));

/** The parameters that each route takes beside its dates. */
const OTHERS: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, string | undefined>>>>> = {
  "/global/spend/logs": fc.record({ api_key: given(texts(KEYS.map(tokenOf))) }),
  "/global/spend/keys": fc.constant({}),
  "/global/spend/tags": fc.record({ tags: given(fc.constantFrom("prod", "prod,chat", "", "x,y", "none,all-tags")) }),
  "/global/spend/report": fc.record({
    group_by: given(fc.constantFrom("team", "customer", "api_key")),
    api_key: given(fc.constantFrom("sk-made-a", tokenOf("sk-made-b"), "", "sk-none")),
    internal_user_id: given(texts(USERS)),
    team_id: given(texts(TEAMS)),
    customer_id: given(texts(CUSTOMERS)),
  }),
  "/spend/logs": fc.record({
    api_key: given(texts(KEYS.map(tokenOf))),
    user_id: given(texts(USERS)),
    request_id: given(fc.constantFrom("made-1", "made-2", "none")),
  }),
};

const NEVER_ROWS = () => false;

describe.each(LEDGER_HOMES)("made-up requests, from a ledger in %s", (ledgerIn) => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(rows, MADE_UP_PEOPLE, { now: NOW, ledgerIn });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const truthOf = (own: string | undefined): Truth => ({ rows, people: MADE_UP_PEOPLE, now: NOW, own });
  const defined = (query: Readonly<Record<string, string | undefined>>): Record<string, string> =>
    Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

  test.each(Object.keys(TRUTHS))(
    "%s is what the rows say, for every role and parameters",
    async (path) => {
      await fc.assert(
        fc.asyncProperty(role, days, OTHERS[path] ?? fc.constant({}), async ({ key, own }, dates, others) => {
          const query = defined({ ...dates, ...others });
          const response = await world.ask("GET", path, { key, query });
          const answer: unknown = await response.json();
          if (response.status === 403) {
            expect(own).toBeDefined();
            return;
          }
          expect(response.status).toBe(200);
          expect(difference(answer, TRUTHS[path]?.(truthOf(own), query), NEVER_ROWS)).toBeUndefined();
        }),
        propertyRuns(40),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "end users in any window are what the rows say",
    async () => {
      const moment = fc
        .constantFrom(0, 1, 59_999, 43_200_000)
        .chain((ms) =>
          fc
            .nat({ max: 55 })
            .map((back) => new Date(Math.floor(NOW / 86_400_000 - back) * 86_400_000 + ms).toISOString()),
        );
      await fc.assert(
        fc.asyncProperty(
          given(moment),
          given(moment),
          given(texts(KEYS.map(tokenOf))),
          async (startTime, endTime, apiKey) => {
            const body = defined({ startTime, endTime, api_key: apiKey });
            const response = await world.ask("POST", "/global/spend/end_users", { key: "sk-boss", body });
            expect(response.status).toBe(200);
            const truth = endUsersTruth(truthOf(undefined), body);
            expect(difference(await response.json(), truth, NEVER_ROWS)).toBeUndefined();
          },
        ),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "pages of requests hold each row that fits once, and nobody else's",
    async () => {
      const filters = fc.record({
        user_id: given(texts(USERS)),
        team_id: given(texts(TEAMS)),
        model: given(texts(MODELS)),
        end_user: given(texts(CUSTOMERS)),
        status_filter: given(fc.constantFrom("success", "failure")),
        min_spend: given(fc.constantFrom("0.1", "1.005")),
      });
      const order = fc.record({
        sort_by: fc.constantFrom("startTime", "endTime", "spend", "total_tokens", "request_duration_ms"),
        sort_order: fc.constantFrom("asc", "desc"),
      });
      const path = fc.constantFrom("/spend/logs/ui", "/spend/logs/v2");
      await fc.assert(
        fc.asyncProperty(role, days, filters, order, path, async ({ key, own }, dates, others, sorted, route) => {
          const window = { start_date: `${dates.start_date} 00:00:00`, end_date: `${dates.end_date} 23:59:59` };
          const query = defined({ ...window, ...others });
          const found: string[] = [];
          for (let page = 1, pages = 1; page <= pages; page++) {
            const response = await world.ask("GET", route, {
              key,
              query: { ...query, ...sorted, page, page_size: 100 },
            });
            // Of a body that came as JSON.
            const answer = (await response.json()) as { data: { request_id: string }[]; total_pages: number };
            if (response.status === 403) {
              expect(own !== undefined && others.team_id !== undefined).toBe(true);
              return;
            }
            pages = answer.total_pages;
            found.push(...answer.data.map((row) => row.request_id));
          }
          expect(found.toSorted()).toEqual(pageTruth(truthOf(own), query).toSorted());
        }),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("the rows hold every name that is easily confused", () => {
    expect(new Set(rows.flatMap((row) => row.request_tags ?? [])).size).toBe(TAGS.length);
    expect(new Set(rows.map((row) => row.user)).size).toBe(USERS.length);
  });
});
