import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import * as v from "valibot";
import { SPEND_ROUTES } from "../../../lib/server/spend/routes/all.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { difference } from "../../support/same-answer.ts";
import { LEDGER_HOMES, type LogRow, openSpendWorld, type People, type SpendWorld } from "../../support/spend-world.ts";

type Case = {
  readonly role: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly status: number;
  readonly litellm: unknown;
  readonly instead?: { readonly status: number; readonly response?: unknown };
};

/** A PostgreSQL server starts in a second, on a busy machine in many. */
const START_TIMEOUT_MS = 60_000;
const FOLDER = "spend-api";
// The fixtures are ours; their shapes are described in their README.
const rows = fixtureText(`${FOLDER}/rows.jsonl`)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as LogRow);
const people = JSON.parse(fixtureText(`${FOLDER}/people.json`)) as People & { readonly as_of: string };

const KEYS: Readonly<Record<string, string>> = {
  proxy_admin: "sk-fixture-admin",
  proxy_admin_viewer: "sk-fixture-viewer",
  internal_user: "sk-fixture-ben",
  internal_user_viewer: "sk-fixture-cleo",
  "no user": "sk-fixture-service",
  "blocked key": "sk-fixture-blocked",
  "expired key": "sk-fixture-expired",
  "unknown key": "sk-fixture-nobody",
};

const FILES = readdirSync(new URL(`../../fixtures/${FOLDER}/`, import.meta.url))
  .filter((name) => name.endsWith(".json") && !["people.json", "usage.json", "aggregate.json"].includes(name))
  .sort();

const CASES = FILES.flatMap((file) => {
  const { route, cases } = JSON.parse(fixtureText(`${FOLDER}/${file}`)) as { route: string; cases: Case[] };
  return cases.map((example, index) => [`${route} #${index} as ${example.role}`, route, example] as const);
});

/** Rows of LiteLLM's tables; which columns one has that we leave out, the fixtures' README says. */
const TABLE_ROUTES = ["/spend/keys", "/spend/users"];
const LEFT_OUT = ["config", "router_settings", "permissions", "password"];

describe.each(LEDGER_HOMES)("LiteLLM's own answers, from a ledger in %s", (ledgerIn) => {
  let world: SpendWorld;
  beforeAll(async () => {
    const budgets = [{ provider: "openai", limit: 100, days: 1 }];
    world = await openSpendWorld(rows, people, { now: Date.parse(people.as_of), budgets, ledgerIn });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  test("are 88 cases of 28 routes", () => {
    expect(CASES.length).toBe(88);
  });

  test.each(CASES)("%s", async (_, route, { role, query, body, status, litellm, instead }) => {
    const [method = "", path = ""] = route.split(" ");
    const response = await world.ask(method, path, { key: KEYS[role], query, body });
    const expectedStatus = instead?.status ?? status;
    expect(Math.floor(response.status / 100)).toBe(Math.floor(expectedStatus / 100));
    if (expectedStatus === 401 || expectedStatus === 403) expect(response.status).toBe(expectedStatus);
    const answer: unknown = await response.json();
    if (response.status !== 200) {
      expect(answer).toHaveProperty("error");
      return;
    }
    const declared = SPEND_ROUTES.find((declaration) => declaration.path === path);
    expect(v.is(declared?.answer ?? v.never(), answer)).toBe(true);
    const expected = without(TABLE_ROUTES.includes(path) ? LEFT_OUT : [], instead?.response ?? litellm);
    const isRow = (row: Readonly<Record<string, unknown>>) =>
      "request_id" in row || "token" in row || "user_role" in row;
    expect(difference(answer, expected, isRow)).toBeUndefined();
  });
});

function without(names: readonly string[], value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((row: unknown) =>
    typeof row === "object" && row !== null
      ? Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
      : row,
  );
}
