import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { fixtureText } from "../../support/fixtures.ts";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;

type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly status: { readonly admin: number; readonly internal_user: number };
};

// The fixture is ours; its README describes it.
const RECORDED = fixtureText("spend-clients/dashboard-1.82.6.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

/** What the dashboard does with an answer, by the begin of its path; throws where the answer does not suit it. */
const READERS: readonly [string, (answer: never) => unknown][] = [
  [
    "/global/spend/keys",
    (keys: { api_key: string; key_alias: string | null; total_spend: number }[]) =>
      keys.map((key) => [key.api_key.substring(0, 10), key.total_spend.toFixed(2)]),
  ],
  [
    "/global/spend/models",
    (models: { model: string; total_spend: number }[]) =>
      models.map(({ model, total_spend }) => [model.length, total_spend.toFixed(2)]),
  ],
  [
    "/global/spend/teams",
    ({ daily_spend, teams, total_spend_per_team: totals }: Teams) => [
      daily_spend.map(({ date }) => date.includes("-")),
      teams.map((team) => team.length),
      totals.map(({ team_id, total_spend }) => [team_id.length, total_spend.toFixed(2)]),
    ],
  ],
  [
    "/global/spend/logs",
    (days: { date: string; spend: number }[]) => days.map(({ date, spend }) => [date.includes("-"), spend.toFixed(2)]),
  ],
  [
    "/global/activity/model",
    (groups: { daily_data: Day[] }[]) => groups.map(({ daily_data }) => daily_data.map(dateOf)),
  ],
  ["/global/activity", ({ daily_data }: { daily_data: Day[] }) => daily_data.map(dateOf)],
  ["/global/spend/all_tag_names", ({ tag_names }: { tag_names: string[] }) => tag_names.map((tag) => tag.length)],
  [
    "/global/spend/tags",
    ({ spend_per_tag: tags }: { spend_per_tag: { name: string; spend: number }[] }) =>
      tags.map(({ name, spend }) => [name.length, spend.toFixed(2)]),
  ],
  [
    "/spend/logs/",
    ({ data }: { data: { startTime: string; spend: number }[] }) =>
      data.map(({ startTime, spend }) => [Date.parse(startTime), spend.toFixed(6)]),
  ],
];

type Day = { date: string; api_requests: number; total_tokens: number };
type Teams = {
  daily_spend: { date: string }[];
  teams: string[];
  total_spend_per_team: { team_id: string; total_spend: number }[];
};

/** The dashboard makes a date of `Nov 09` and the current year. */
function dateOf({ date, api_requests, total_tokens }: Day) {
  const [month, day] = date.split(" ");
  return [Date.parse(`${month} ${day} 2026 UTC`), api_requests + total_tokens];
}

describe("what LiteLLM's dashboard sends is answered as it reads it", () => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(madeUpRows(300), MADE_UP_PEOPLE, { now: NOW });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  test("seventeen requests were recorded", () => {
    expect(RECORDED.length).toBe(17);
  });

  describe.each([
    ["admin", "sk-boss"],
    ["internal_user", "sk-made-a"],
  ] as const)("as %s", (role, key) => {
    test.each(RECORDED.map((request) => [request.method, request.path, request] as const))(
      "%s %s",
      async (method, path, { body, type, status }) => {
        const response = await world.api.request(path.replace("<key>", key), {
          method,
          headers: { Authorization: `Bearer ${key}`, ...(type === undefined ? {} : { "Content-Type": type }) },
          ...(body === undefined ? {} : { body }),
        });
        expect(response.status).toBe(status[role]);
        const answer: unknown = await response.json();
        if (response.status !== 200) {
          expect(answer).toHaveProperty("error", expect.any(String));
          return;
        }
        const [, read] = READERS.find(([begin]) => path.startsWith(begin)) ?? [];
        const seen = JSON.stringify(read?.(answer as never) ?? []); // The reader throws where it is something else.
        expect(seen).not.toContain("null,");
        expect(seen).not.toContain("NaN");
      },
    );
  });
});
