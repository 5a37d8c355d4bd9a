import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createPrices } from "../../../lib/prices/prices.ts";
import { loadSnapshot } from "../../../lib/prices/snapshot.ts";
import { createSpendApi, type SpendDeps } from "../../../lib/server/spend/api.ts";
import { createCalculate } from "../../../lib/server/spend/calculate.ts";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const PATH = "/global/activity";
const QUERY = { start_date: "2026-11-01", end_date: "2026-11-21" };

describe("who may ask for spend", () => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(madeUpRows(50), MADE_UP_PEOPLE, { now: NOW });
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const without = (access: Partial<SpendDeps["access"]>) =>
    createSpendApi({
      version: "0",
      sources: async () => ({
        kind: "problem",
        status: 501,
        error: "There is no spend ledger",
        hint: "Set LITELLM_PULSE_DATABASE_URL",
      }),
      calculate: createCalculate(async () => createPrices([await loadSnapshot()])),
      access: { apiKey: undefined, isLoopbackOnly: false, takesVirtualKeys: false, ...access },
      litellm: undefined,
      now: () => NOW,
      sleep: () => Promise.resolve(),
    });
  const at = `${PATH}?${new URLSearchParams(QUERY)}`;

  test("without a key nobody but on loopback, and the answer names the setting", async () => {
    const response = await without({}).request(at);
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
    expect(await response.text()).toContain("LITELLM_PULSE_API_KEY");
  });

  test("without a ledger a request is priced all the same, without the noise of binary sums, and every other route says what to set", async () => {
    const api = without({ isLoopbackOnly: true });
    const priced = await api.request("http://localhost/spend/calculate", {
      method: "POST",
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] }),
    });
    expect(priced.status).toBe(200);
    expect(await priced.json()).toEqual({ cost: expect.any(Number) });
    const sum = await api.request("http://localhost/spend/calculate", {
      method: "POST",
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: null }] }),
    });
    expect(await sum.json()).toEqual({ cost: 0.0000175 });
    const unpriced = await api.request(`http://localhost${at}`);
    expect(unpriced.status).toBe(501);
    expect(await unpriced.text()).toContain("LITELLM_PULSE_DATABASE_URL");
  });

  test("on loopback without a key everything, unless the request came another way", async () => {
    const api = without({ isLoopbackOnly: true });
    const headers = { Host: "127.0.0.1:8000" };
    // Past the door there is no ledger.
    expect((await api.request(at, { headers })).status).toBe(501);
    for (const foreign of [
      { "X-Forwarded-For": "10.0.0.1" },
      { Origin: "https://evil.example" },
      { Host: "a.example" },
    ]) {
      expect((await api.request(at, { headers: { ...headers, ...foreign } })).status).toBe(401);
    }
  });

  test.each(["Authorization", "x-litellm-api-key", "api-key"])(
    "the configured key is taken from %s",
    async (header) => {
      const api = without({ apiKey: "our key" });
      const ask = (key: string) => api.request(at, { headers: { [header]: key } });
      expect((await ask("Bearer our key")).status).toBe(501);
      expect((await ask("Bearer our ke")).status).toBe(401);
      expect((await ask("Bearer ")).status).toBe(401);
    },
  );

  test("a LiteLLM key is its user: an admin sees everything, a user their own", async () => {
    const sumOf = async (key: string) => {
      const response = await world.ask("GET", PATH, { key, query: QUERY });
      return ((await response.json()) as { sum_api_requests: number }).sum_api_requests; // As the route declares.
    };
    expect(await sumOf("sk-made-a")).toBeLessThan(await sumOf("sk-boss"));
    const refused = await world.ask("GET", "/spend/keys", { key: "sk-made-a" });
    expect(refused.status).toBe(403);
  });

  test("an answer that is kept for one caller is not another's", async () => {
    const path = "/global/spend/models";
    const answers = await Promise.all(
      ["sk-boss", "sk-made-a", "sk-boss", "sk-made-a"].map(async (key) =>
        (await world.ask("GET", path, { key })).text(),
      ),
    );
    expect(answers[0]).not.toBe(answers[1]);
    expect(answers.slice(2)).toEqual(answers.slice(0, 2));
  });

  test("no key is 401, and a key that is not known looks like one that is blocked", async () => {
    await world.postgres
      .sql`UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE key_alias = 'alias of sk-made-b'`;
    const blocked = await world.ask("GET", PATH, { key: "sk-made-b", query: QUERY });
    const unknown = await world.ask("GET", PATH, { key: "sk-unknown", query: QUERY });
    expect([blocked.status, unknown.status]).toEqual([401, 401]);
    expect(await blocked.text()).toBe(await unknown.text());
    expect((await world.ask("GET", PATH, { query: QUERY })).status).toBe(401);
  });

  test("a key that is blocked while serving is refused within ten seconds", async () => {
    await using own = await openSpendWorld(madeUpRows(50), MADE_UP_PEOPLE, { now: NOW });
    const status = async () => (await own.ask("GET", PATH, { key: "sk-made-a", query: QUERY })).status;
    expect(await status()).toBe(200);
    await own.postgres
      .sql`UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE key_alias = 'alias of sk-made-a'`;
    own.advance(10_000);
    expect(await status()).toBe(401);
    await own.postgres
      .sql`UPDATE "LiteLLM_VerificationToken" SET blocked = NULL WHERE key_alias = 'alias of sk-made-a'`;
    own.advance(10_000);
    expect(await status()).toBe(200);
    await own.postgres.sql`DELETE FROM "LiteLLM_VerificationToken" WHERE key_alias = 'alias of sk-made-a'`;
    own.advance(10_000);
    expect(await status()).toBe(401);
  });

  test("failed attempts wait longer and longer, good ones never", async () => {
    const before = world.waits.length;
    for (let i = 0; i < 12; i++) await world.ask("GET", PATH, { key: `sk-guess-${i}`, query: QUERY });
    const waits = world.waits.slice(before);
    expect(waits.length).toBeGreaterThanOrEqual(6);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(3000);
    expect((await world.ask("GET", PATH, { key: "sk-boss", query: QUERY })).status).toBe(200);
    expect(world.waits.length).toBe(before + waits.length);
  });

  test("where LiteLLM's table of keys is missing, no key is known and nobody sees data", async () => {
    await using other = await openSpendWorld([], MADE_UP_PEOPLE, { now: NOW });
    await other.postgres.sql`ALTER TABLE "LiteLLM_VerificationToken" RENAME TO gone`;
    const response = await other.ask("GET", PATH, { key: "sk-boss", query: QUERY });
    expect(response.status).toBe(401);
  });
});
