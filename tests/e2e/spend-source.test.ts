import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, type Serving, until } from "../support/binary.ts";
import { openDatabase, startServer, type TestDatabase } from "../support/postgres.ts";
import { addRow } from "../support/sync.ts";

setDefaultTimeout(120_000);

const PATIENCE_MS = 30_000;
const PULSE_KEY = "sk-pulse-of-these-tests";
const DATES = "start_date=2026-01-01&end_date=2029-12-31";

/** Makes a virtual key of a user with a role. */
async function addKey({ sql }: TestDatabase, key: string, role: string): Promise<void> {
  const token = new Bun.CryptoHasher("sha256").update(key).digest("hex");
  await sql`INSERT INTO "LiteLLM_UserTable" (user_id, user_role) VALUES (${`user of ${key}`}, ${role})`;
  await sql`INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, user_id) VALUES (${token}, ${key}, ${`user of ${key}`})`;
}

const asker = (serving: Serving, key?: string) => async (path: string) => {
  const url = `http://127.0.0.1:${new URL(serving.url).port}${path}`;
  const response = await fetch(url, key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } });
  return { status: response.status, text: await response.text() };
};

test("with a source that is gone the ledger answers, what is read from it is 503 with the reason, and it heals", async () => {
  const server = await startServer();
  await using database = await openDatabase({ schema: "schema.sql", server });
  await using sandbox = openSandbox();
  await addRow(database, { id: "a", at: Date.now() - 600_000, spend: 0.5 });
  await addKey(database, "sk-admin", "proxy_admin");
  const set = { DATABASE_URL: database.url, AUTH: "litellm", API_KEY: PULSE_KEY, LEDGER_INTERVAL: "0.2" };
  const serving = await sandbox.serve({ set });
  const ask = asker(serving, PULSE_KEY);
  const spend = async () => (await ask("/global/spend")).text.includes('"spend":0.5');
  await until("the ledger holds the request", spend, PATIENCE_MS);
  const rows = ["/spend/keys", "/spend/users", "/spend/logs?request_id=a"];
  for (const path of rows) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  // Not asked before, as names of teams are kept for seconds.
  const fromSource = [...rows, "/global/spend/teams"];
  expect((await asker(serving, "sk-admin")("/global/spend")).status).toBe(200);

  await server.stop();
  for (const path of fromSource) {
    const { status, text } = await ask(path);
    expect([path, status]).toEqual([path, 503]);
    expect(text).toContain("PostgreSQL at ");
    expect(text).not.toContain("top-secret-9");
  }
  // A key that nobody can look up now is neither let in nor called wrong.
  const unknown = await asker(serving, "sk-other")("/global/spend");
  expect(unknown.status).toBe(503);
  for (const path of ["/global/spend", `/global/activity?${DATES}`, "/global/spend/models", `/spend/logs?${DATES}`]) {
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
  }

  await server.start();
  for (const path of fromSource) {
    await until(`${path} answers again`, async () => (await ask(path)).status === 200, PATIENCE_MS);
  }
  expect((await asker(serving, "sk-admin")("/spend/keys")).status).toBe(200);
  serving.kill("SIGTERM");
  expect((await serving.finished).code).toBe(0);
});

test("off loopback the ledger's usage takes the configured key only, whatever virtual keys may see of the spend routes", async () => {
  await using database = await openDatabase({ schema: "schema.sql" });
  await using sandbox = openSandbox();
  await addRow(database, { id: "a", at: Date.now() - 1000, spend: 0.5 });
  await addKey(database, "sk-boss", "proxy_admin");
  await addKey(database, "sk-user", "internal_user");
  const set = {
    DATABASE_URL: database.url,
    AUTH: "litellm",
    API_KEY: PULSE_KEY,
    HOST: "0.0.0.0",
    LEDGER_INTERVAL: "0.2",
  };
  const serving = await sandbox.serve({ set });
  const path = "/api/v1/usage?last=2d&by=tag&source=ledger";
  const counted = async () => (await asker(serving, PULSE_KEY)(path)).text.includes('"requests":1');
  await until("the ledger holds the request", counted, PATIENCE_MS);
  for (const key of [undefined, "sk-boss", "sk-user", "sk-nobody"]) {
    expect([key, (await asker(serving, key)(path)).status]).toEqual([key, 401]);
  }
  expect((await asker(serving, "sk-boss")("/spend/keys")).status).toBe(200);
  expect((await asker(serving, "sk-user")("/spend/keys")).status).toBe(403);
  expect((await asker(serving, "sk-nobody")("/spend/keys")).status).toBe(401);
});

test("prices come from several files: a newer map and LiteLLM's configuration, later ones before earlier ones", async () => {
  await using sandbox = openSandbox();
  const file = async (name: string, content: string) => {
    await Bun.write(join(sandbox.folder, name), content);
    return join(sandbox.folder, name);
  };
  const price = (input: number) => ({
    input_cost_per_token: input,
    output_cost_per_token: 0,
    litellm_provider: "openai",
  });
  const old = await file("old.json", JSON.stringify({ "gpt-4o": price(1), "my-model": price(2) }));
  const newer = await file("newer.json", JSON.stringify({ "my-model": price(3) }));
  const config = await file(
    "config.yaml",
    "model_list:\n  - model_name: house\n    litellm_params: {model: openai/gpt-4o}\nrouter_settings:\n  model_group_alias: {cottage: house}\n",
  );
  const serving = await sandbox.serve({ set: { PRICES_FILE: `${old}, ${config},${newer}` } });
  const costOf = async (model: string) => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
    const response = await fetch(`${serving.url}/spend/calculate`, { method: "POST", body });
    return ((await response.json()) as { cost?: number }).cost; // As the route declares.
  };
  const tokens = await costOf("gpt-4o");
  expect(tokens).toBeGreaterThan(0);
  expect(await costOf("house")).toBe(tokens);
  expect(await costOf("cottage")).toBe(tokens);
  expect(await costOf("my-model")).toBe(3 * (tokens ?? 0));
  const database = join(sandbox.folder, "never-made.db");
  const set = { PRICES_FILE: `${old},/nowhere/prices.yaml`, DB_PATH: database };
  const missing = await sandbox.run(["serve"], { set });
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("/nowhere/prices.yaml")]);
  expect(existsSync(database)).toBe(false);
});
