import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";

const START_TIMEOUT_MS = 60_000;
const SECRET = "what nobody may read here";
const SECONDS = { start_date: "2026-01-01 00:00:00", end_date: "2026-01-31 23:59:59" };
const rows = madeUpRows(100);

type Page = { readonly data: readonly Readonly<Record<string, unknown>>[]; readonly total: number };

describe("single rows of LiteLLM's database", () => {
  let world: SpendWorld;
  beforeAll(async () => {
    world = await openSpendWorld(rows, MADE_UP_PEOPLE, { now: NOW });
    const { sql } = world.postgres;
    // Many rows in another month, each with a prompt and an answer.
    await sql.unsafe(`INSERT INTO "LiteLLM_SpendLogs"
      (request_id, call_type, api_key, spend, "startTime", "endTime", model, "user", messages, response, proxy_server_request, metadata)
      SELECT 'many-' || i, 'acompletion', 'a key', 0.5, timestamp '2026-01-01' + i * interval '1 minute', timestamp '2026-01-02',
        'gpt-4o', 'ben', '["${SECRET}"]', '["${SECRET}"]', '["${SECRET}"]',
        '{"status": "success", "proxy_server_request": "${SECRET}", "mcp_tool_call_metadata": {"arguments": "${SECRET}"}}'
      FROM generate_series(1, 10050) AS i`);
    await sql.unsafe(`UPDATE "LiteLLM_VerificationToken" SET metadata = '{"logging": "${SECRET}", "team": "red"}'`);
    await sql.unsafe(`UPDATE "LiteLLM_UserTable" SET password = '${SECRET}'`);
  }, START_TIMEOUT_MS);
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = (path: string, query: Readonly<Record<string, unknown>> = {}) =>
    world.ask("GET", path, { key: "sk-boss", query });

  test("at most 10 000 come at once, newest first, and a header says that there are more", async () => {
    const response = await ask("/spend/logs", { start_date: "2026-01-01", end_date: "2026-01-31", summarize: "false" });
    expect(response.headers.get("x-litellm-spend-logs-truncated")).toBe("true");
    const found = (await response.json()) as { request_id: string }[]; // Rows of the table.
    expect(found.length).toBe(10_000);
    expect(found[0]?.request_id).toBe("many-10050");
    const all = await ask("/spend/logs", { user_id: "cleo" });
    expect(all.headers.get("x-litellm-spend-logs-truncated")).toBeNull();
  });

  test("pages count everything and end at 10 000 rows", async () => {
    const last = await ask("/spend/logs/ui", { ...SECONDS, page: 100, page_size: 100 });
    const page = (await last.json()) as Page; // As the route declares.
    expect([page.total, page.data.length]).toEqual([10_050, 100]);
    const beyond = await ask("/spend/logs/ui", { ...SECONDS, page: 101, page_size: 100 });
    expect(beyond.status).toBe(400);
    expect(await beyond.text()).toContain("10000");
  });

  test("a row whose end is ages from its begin takes no page away", async () => {
    const ends = ["1970-01-01", "9999-12-31", "infinity", "-infinity", "2025-06-02"];
    const list = ends.map((end, i) => `('odd-${i}', 'acompletion', 'a key', '2025-06-01', '${end}', 'odd session')`);
    await world.postgres.sql.unsafe(`INSERT INTO "LiteLLM_SpendLogs"
      (request_id, call_type, api_key, "startTime", "endTime", session_id) VALUES ${list.join(", ")}`);
    const june = { start_date: "2025-06-01 00:00:00", end_date: "2025-06-30 23:59:59" };
    const sorted = { sort_by: "request_duration_ms", sort_order: "asc" };
    for (const [path, query] of [
      ["/spend/logs/ui", { ...june, ...sorted }],
      ["/spend/logs/v2", { ...june, ...sorted }],
      ["/spend/logs/session/ui", { session_id: "odd session" }],
    ] as const) {
      const response = await ask(path, query);
      expect([path, response.status]).toEqual([path, 200]);
      const { data } = (await response.json()) as Page; // As the route declares.
      const durations = new Map(data.map((row) => [row["request_id"], row["request_duration_ms"]]));
      const ages = ["1970-01-01", "9999-12-31"].map((end) => Date.parse(end) - Date.parse("2025-06-01"));
      expect([0, 1, 2, 3, 4].map((i) => durations.get(`odd-${i}`))).toEqual([...ages, null, null, 86_400_000]);
    }
  });

  test("prompts, answers, passwords and credentials are never read", async () => {
    const answers = await Promise.all([
      ask("/spend/logs", { request_id: "many-1" }),
      ask("/spend/logs/ui", { ...SECONDS, page_size: 1 }),
      ask("/spend/logs/v2", { ...SECONDS, page_size: 1 }),
      ask("/spend/keys"),
      ask("/spend/users"),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain("password");
    }
    expect((await ask("/spend/logs/ui/many-1")).status).toBe(404);
  });

  test("an empty log of errors is made good by the failures among the requests", async () => {
    const query = { start_date: "2026-09-01", end_date: "2026-11-21", model_group: "smart" };
    const refused = rows.filter((row) => row.status === "failure" && row.model_group === "smart").length;
    expect(refused).toBeGreaterThan(0);
    const whole = await ask("/global/activity/exceptions", query);
    expect(await whole.json()).toMatchObject({ sum_num_rate_limit_exceptions: refused });
    const byDeployment = await ask("/global/activity/exceptions/deployment", query);
    expect(await byDeployment.json()).toMatchObject([
      { api_base: "https://one.example.org", sum_num_rate_limit_exceptions: refused },
    ]);
  });

  test("a role that may read only some columns gets these", async () => {
    const { sql } = world.postgres;
    await sql.unsafe(`CREATE ROLE narrow LOGIN PASSWORD 'narrow'; GRANT SELECT (request_id, "startTime", "endTime", spend, api_key, "user", model)
      ON "LiteLLM_SpendLogs" TO narrow`);
    const { openClient } = await import("../../../lib/ledger/postgres/client.ts");
    const { parseAddress } = await import("../../../lib/ledger/postgres/address.ts");
    const { createLiteLLMDatabase } = await import("../../../lib/ledger/litellm/database.ts");
    const { readLogPage } = await import("../../../lib/ledger/litellm/spend-logs.ts");
    const address = parseAddress(world.postgres.urlFor("narrow", "narrow"));
    if (address === undefined) throw new Error("No address");
    const client = openClient(address);
    const order = { by: "request_duration_ms", isAscending: false } as const;
    const question = { order, page: 1, size: 1, countsSessions: true };
    const page = await readLogPage(
      createLiteLLMDatabase(client, () => NOW),
      { requestId: "many-7", team: "x" },
      question,
    );
    const all = await readLogPage(
      createLiteLLMDatabase(client, () => NOW),
      { requestId: "many-7" },
      question,
    );
    expect(page).toEqual({ rows: [], total: 0 });
    expect(all?.rows.map((row) => Object.keys(JSON.parse(row)).sort())).toEqual([
      ["api_key", "endTime", "metadata", "model", "request_duration_ms", "request_id", "spend", "startTime", "user"],
    ]);
    await client.close();
    await sql.unsafe("DROP OWNED BY narrow; DROP ROLE narrow");
  });

  test("a database that is away is 503, what needs no database is answered", async () => {
    await world.postgres.sql.unsafe(`ALTER TABLE "LiteLLM_TeamTable" RENAME COLUMN team_alias TO other`);
    expect((await ask("/global/spend/teams")).status).toBe(503);
    expect((await ask("/global/spend/models")).status).toBe(200);
  });
});
