import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLedgerReader } from "../../../lib/ledger/reader.ts";
import { sqliteView } from "../../../lib/ledger/sql/sqlite/view.ts";
import { answerBudgets } from "../../../lib/query/spend/budgets.ts";
import { type RecordedResponse, recordedJson } from "../../prices/recorded.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { difference } from "../../support/same-answer.ts";
import {
  budgetsTruth,
  logRows,
  pageRowTruth,
  refusals,
  refusalsByDate,
  teamDays,
} from "../../support/spend-list-truth.ts";
import { KEYS, MADE_UP_PEOPLE, madeUpRows, NOW, tokenOf, USERS } from "../../support/spend-rows-made-up.ts";
import { endUsersTruth, TRUTHS, type Truth } from "../../support/spend-truth.ts";
import { openSpendWorld, type People, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const DAY = 86_400_000;

const ROLES = [
  { key: "sk-boss", own: undefined },
  { key: "sk-made-a", own: "ben" },
  { key: "sk-made-b", own: "cleo" },
] as const;
const role = fc.constantFrom(...ROLES);
const given = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const dates = fc
  .tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }))
  .map(([a, b]) =>
    [Math.max(a, b), Math.min(a, b)].map((days) => new Date(NOW - days * DAY).toISOString().slice(0, 10)),
  )
  .map(([start_date = "", end_date = ""]) => ({ start_date, end_date }));
const group = fc.constantFrom("smart", "local", "null", "", "nobody's");

/** Refusals as LiteLLM's own table for them holds them, in three deployments and more. */
const ERROR_LOGS: People["error_logs"] = fc
  .sample(
    fc.record({
      back: fc.nat({ max: 50 }),
      ms: fc.constantFrom(0, 1, DAY - 1, 5_000_123),
      base: fc.nat({ max: 13 }),
      model_group: group,
      status_code: fc.constantFrom("429", "429", "500", ""),
    }),
    { numRuns: 300, seed: 5 },
  )
  .map(({ back, ms, base, ...log }, index) => ({
    ...log,
    request_id: `refused-${index}`,
    api_base: base === 0 ? "" : `https://${base}.example.org`,
    startTime: new Date((Math.floor(NOW / DAY) - back) * DAY + ms).toISOString(),
  }));

/** Two worlds: in the second LiteLLM keeps a log of errors, and other rows were made up. */
const WORLDS = [
  { name: "without a log of errors", seed: 7, people: MADE_UP_PEOPLE },
  { name: "with a log of errors", seed: 11, people: { ...MADE_UP_PEOPLE, error_logs: ERROR_LOGS } },
] as const;

describe.each(WORLDS)("made-up requests $name", ({ seed, people }) => {
  const rows = madeUpRows(500, seed);
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(rows, people, { now: NOW });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const truthOf = (own: string | undefined): Truth => ({ rows, people, now: NOW, own });
  const admin = truthOf(undefined);
  const ask = async (path: string, key: string, query: Readonly<Record<string, unknown>>) => {
    const asked = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    return world.ask("GET", path, { key, query: asked });
  };

  test("teams are what the rows say: cents by day, their sum, the ten highest first", async () => {
    const response = await ask("/global/spend/teams", "sk-boss", {});
    // As the route declares.
    const answer = (await response.json()) as {
      daily_spend: Record<string, string | number>[];
      teams: string[];
      total_spend_per_team: { team_id: string; total_spend: number }[];
    };
    const truth = teamDays(admin);
    const totals = new Map<string, number>();
    expect(answer.daily_spend.map(({ date }) => String(date))).toEqual([...truth.keys()].toSorted());
    for (const { date, ...teams } of answer.daily_spend) {
      const exact = truth.get(String(date));
      expect(new Set(Object.keys(teams))).toEqual(new Set(exact?.keys()));
      for (const [alias, spend] of Object.entries(teams)) {
        expect(Math.abs(Number(spend) - (exact?.get(alias) ?? Number.NaN))).toBeLessThan(0.005 + 1e-9);
        expect(Number(spend)).toBe(Number(Number(spend).toFixed(2)));
        totals.set(alias, (totals.get(alias) ?? 0) + Number(spend));
      }
    }
    expect(new Set(answer.teams)).toEqual(new Set(totals.keys()));
    const highest = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, 10);
    const expected = highest.map(([team_id, total_spend]) => ({ team_id, total_spend }));
    expect(difference(answer.total_spend_per_team, expected, () => false)).toBeUndefined();
    expect(answer.total_spend_per_team.map((team) => team.total_spend)).toEqual(
      answer.total_spend_per_team.map((team) => team.total_spend).toSorted((a, b) => b - a),
    );
  });

  test(
    "budgets of any period hold what their running period cost, at any moment",
    async () => {
      const reader = createLedgerReader(sqliteView(world.db));
      const budget = fc.record({
        provider: fc.constantFrom("openai", "anthropic", "nobody"),
        limit: fc.double({ min: 0, max: 1e6, noNaN: true }),
        days: fc.constantFrom(1, 2, 7, 10, 12, 30, 365),
      });
      const list = fc.uniqueArray(budget, { selector: ({ provider }) => provider });
      await fc.assert(
        fc.asyncProperty(list, fc.nat({ max: 50 * DAY }), async (budgets, back) => {
          const now = NOW - back;
          const answer = await reader.snapshot((state) => answerBudgets(state, now, budgets));
          expect(difference(answer, budgetsTruth({ ...admin, now }, budgets), () => false)).toBeUndefined();
        }),
        propertyRuns(100),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "refusals for the rate are counted by day, and by deployment the ten with most first",
    async () => {
      await fc.assert(
        fc.asyncProperty(dates, group, async (window, model_group) => {
          const query = { ...window, model_group };
          const list = refusals(admin, query);
          const label = (date: string) =>
            `${new Date(date).toLocaleString("en", { month: "short", timeZone: "UTC" })} ${date.slice(8)}`;
          const byDate = (of: typeof list, extra: object) =>
            [...refusalsByDate(of)]
              .toSorted(([a], [b]) => (a < b ? -1 : 1))
              .map(([date, count]) => ({ ...extra, date: label(date), num_rate_limit_exceptions: count }));
          const all = await (await ask("/global/activity/exceptions", "sk-boss", query)).json();
          expect(all).toEqual({ daily_data: byDate(list, {}), sum_num_rate_limit_exceptions: list.length });
          const answer = await ask("/global/activity/exceptions/deployment", "sk-boss", query);
          // As the route declares.
          const deployments = (await answer.json()) as { api_base: string; sum_num_rate_limit_exceptions: number }[];
          const byBase = Map.groupBy(list, ({ api_base }) => api_base);
          const counts = [...byBase.values()].map((of) => of.length).toSorted((a, b) => b - a);
          expect(deployments.map((each) => each.sum_num_rate_limit_exceptions)).toEqual(counts.slice(0, 10));
          for (const deployment of deployments) {
            const of = byBase.get(deployment.api_base) ?? [];
            expect(deployment).toEqual({
              api_base: deployment.api_base,
              daily_data: byDate(of, { api_base: deployment.api_base }),
              sum_num_rate_limit_exceptions: of.length,
            } as unknown as typeof deployment); // With its days.
          }
        }),
        propertyRuns(30),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "lists of keys and models are cut where asked, highest first; an internal user's keys are always ten",
    async () => {
      const limits = {
        "/global/spend/keys": { least: 1, usual: undefined },
        "/global/spend/models": { least: 0, usual: 10 },
      };
      const path = fc.constantFrom("/global/spend/keys", "/global/spend/models");
      await fc.assert(
        fc.asyncProperty(role, path, given(fc.nat({ max: 12 })), async ({ key, own }, route, asked) => {
          const { least, usual } = limits[route];
          const response = await ask(route, key, { limit: asked });
          expect(response.status).toBe(asked !== undefined && asked < least ? 400 : 200);
          if (response.status !== 200) return;
          const limit = own !== undefined && route === "/global/spend/keys" ? 10 : (asked ?? usual);
          // Rows with a spend, both.
          const spends = (list: unknown) => (list as { total_spend: number }[]).map((each) => each.total_spend);
          const truth = spends(TRUTHS[route]?.(truthOf(own), {})).toSorted((a, b) => b - a);
          const answer = spends(await response.json());
          expect(answer.length).toBe(truth.slice(0, limit).length);
          for (const [index, spend] of answer.entries()) expect(spend).toBeCloseTo(truth[index] ?? Number.NaN, 9);
        }),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "single requests of /spend/logs are those that fit, newest first, and never another user's",
    async () => {
      const name = fc.record({
        api_key: given(fc.constantFrom(...KEYS, ...KEYS.map(tokenOf))),
        request_id: given(fc.constantFrom("made-1", "made-2", "made-3", "none")),
        user_id: given(fc.constantFrom(...USERS.flatMap((user) => user ?? []))),
      });
      const when = fc.oneof(
        fc.constant({}),
        dates.map((window) => ({ ...window, summarize: "false" })),
      );
      await fc.assert(
        fc.asyncProperty(role, name, when, async ({ key, own }, names, window) => {
          const query = { ...names, ...window };
          const response = await ask("/spend/logs", key, query);
          const expected = logRows(truthOf(own), query);
          if (response.status === 403) {
            expect([own !== undefined, expected.length]).toEqual([true, 0]);
            return;
          }
          // Rows of the table.
          const answer = (await response.json()) as { request_id: string; startTime: string }[];
          expect(answer.map((row) => row.request_id).toSorted()).toEqual(
            expected.map((row) => row.request_id).toSorted(),
          );
          expect(answer.map((row) => row.startTime)).toEqual(expected.map((row) => row.startTime));
        }),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "pages come in the order asked for; each row counts its session and has a duration",
    async () => {
      const by = fc.constantFrom("startTime", "endTime", "spend", "total_tokens", "request_duration_ms");
      const filter = fc.record({
        user_id: given(fc.constantFrom("ben", "cleo")),
        page: fc.integer({ min: 1, max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(
          role,
          by,
          fc.constantFrom("asc", "desc", "ASC", "DESC"),
          filter,
          async (who, sort_by, way, asked) => {
            const query = { start_date: "2026-09-01 00:00:00", end_date: "2026-11-21 23:59:59", page_size: 40 };
            const response = await ask("/spend/logs/ui", who.key, { ...query, ...asked, sort_by, sort_order: way });
            // As the route declares.
            const { data } = (await response.json()) as { data: Record<string, string | number>[] };
            for (const row of data) {
              const known = rows.find(({ request_id }) => request_id === row["request_id"]);
              if (known === undefined) throw new Error(`Not one of ours: ${JSON.stringify(row)}`);
              expect(row).toMatchObject(pageRowTruth(truthOf(who.own), known));
            }
            const values = data.map((row) => row[sort_by] ?? Number.NaN);
            const sign = way.toLowerCase() === "asc" ? 1 : -1;
            expect(values).toEqual(values.toSorted((a, b) => (a === b ? 0 : a < b ? -sign : sign)));
          },
        ),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "sessions come oldest first, a page at a time, to an internal user their own requests",
    async () => {
      const session = fc.constantFrom("s1", "s2", "", "nobody's");
      await fc.assert(
        fc.asyncProperty(
          role,
          session,
          fc.integer({ min: 1, max: 100 }),
          async ({ key, own }, session_id, page_size) => {
            const all = rows.filter((row) => row.session_id === session_id && (own === undefined || row.user === own));
            const found: { request_id: string; startTime: string }[] = [];
            const pages = Math.ceil(all.length / page_size);
            for (let page = 1; page <= Math.max(1, pages); page++) {
              const response = await ask("/spend/logs/session/ui", key, { session_id, page, page_size });
              const answer = (await response.json()) as { data: typeof found }; // As the route declares.
              expect(answer).toMatchObject({ total: all.length, page, page_size, total_pages: pages });
              found.push(...answer.data);
            }
            expect(found.map((row) => row.request_id).toSorted()).toEqual(all.map((row) => row.request_id).toSorted());
            expect(found.map((row) => row.startTime)).toEqual(all.map((row) => row.startTime).toSorted());
          },
        ),
        propertyRuns(20),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("requests that begin after now, by a clock that is ahead, are not in a window up to now", async () => {
    const back = 6 * 3_600_000;
    const now = NOW - back;
    expect(rows.some(({ startTime }) => Date.parse(startTime) >= now)).toBe(true);
    world.advance(-back);
    for (const body of [{}, { endTime: new Date(now + 1000).toISOString() }]) {
      const response = await world.ask("POST", "/global/spend/end_users", { key: "sk-boss", body });
      const truth = endUsersTruth({ ...admin, now }, body);
      expect(difference(await response.json(), truth, () => false)).toBeUndefined();
    }
    world.advance(back);
  });

  test("keys and users come highest spend first, users with an alias for each of their keys", async () => {
    const keys = (await (await ask("/spend/keys", "sk-boss", {})).json()) as { token: string; spend: number }[];
    expect(new Set(keys.map(({ token }) => token))).toEqual(new Set(people.keys.map(({ token }) => token)));
    expect(keys.map(({ spend }) => spend)).toEqual(keys.map(({ spend }) => spend).toSorted((a, b) => b - a));
    const users = await (await ask("/spend/users", "sk-boss", {})).json();
    const expected = people.users
      .toSorted((a, b) => b.spend - a.spend)
      .map(({ user_id, spend, user_role }) => ({
        user_id,
        spend,
        user_role,
        key_aliases: people.keys.filter((key) => key.user_id === user_id).map(({ key_alias }) => key_alias),
      }));
    expect(users).toMatchObject(expected);
  });

  test(
    "every role is told LiteLLM's own cost of a response, to 1e-12",
    async () => {
      const recorded = await recordedJson<RecordedResponse[]>("random-responses.json");
      await fc.assert(
        fc.asyncProperty(role, fc.constantFrom(...recorded), async ({ key }, { body, cost }) => {
          const response = await world.ask("POST", "/spend/calculate", { key, body: { completion_response: body } });
          expect(response.status).toBe(cost === null ? 400 : 200);
          const answer = (await response.json()) as { cost: number }; // As the route declares.
          if (cost !== null) expect(Math.abs(answer.cost - cost)).toBeLessThanOrEqual(1e-12);
        }),
        propertyRuns(60),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
