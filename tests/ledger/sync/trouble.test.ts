import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseAddress } from "../../../lib/ledger/postgres/address.ts";
import { openClient } from "../../../lib/ledger/postgres/client.ts";
import { sourceFailure } from "../../../lib/ledger/postgres/failure.ts";
import { ROLES } from "../../../lib/litellm/record-roles.ts";
import { openDatabase, startServer } from "../../support/postgres.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { addRow, HOUR, NOW, openSync } from "../../support/sync.ts";

setDefaultTimeout(120_000);

/** Everything that a sync reads of LiteLLM's table, and nothing else. */
const GRANTED =
  'request_id, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime", "completionStartTime", model, model_group, custom_llm_provider, "user", cache_hit, request_tags, team_id, end_user, session_id, status';

async function withRole(grants: (table: string, role: string) => string) {
  const database = await openDatabase({ schema: "schema.sql" });
  const role = `reader_${database.name}`;
  await fillSpendLogs(database.sql, { rows: 40, days: 1, until: NOW, seed: 0.5 });
  await database.sql.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'sec/ret'; ${grants('"LiteLLM_SpendLogs"', role)}`);
  return { database, role, url: database.urlFor(role, "sec/ret") };
}

describe("a role that may read only what is needed", () => {
  test("is enough: prompts, answers and metadata are never asked for", async () => {
    const { database, url } = await withRole((table, role) => `GRANT SELECT (${GRANTED}) ON ${table} TO ${role}`);
    await using _ = database;
    await using sync = openSync(database, { url });
    expect(await sync.tally()).toMatchObject({ counted: 40 });
  });

  test("of three columns counts requests and money, and says what the ledger will not know", async () => {
    const { database, url } = await withRole(
      (table, role) => `GRANT SELECT (request_id, "startTime", spend) ON ${table} TO ${role}`,
    );
    await using _ = database;
    await using sync = openSync(database, { url });
    const outcome = await sync.run();
    expect(outcome).toMatchObject({ kind: "done", tally: { counted: 40 } });
    expect(outcome.kind === "done" && outcome.notes.some((note) => note.includes('may not read column "model"'))).toBe(
      true,
    );
  });

  test.each([
    ["nothing", (_: string): string => "SELECT 1"],
    ["all but the spend", (table: string): string => `GRANT SELECT (request_id, "startTime") ON ${table} TO`],
  ] as const)("of %s is told the grant that is missing", async (_, grant) => {
    const { database, url, role } = await withRole((table, name) =>
      grant(table).endsWith("TO") ? `${grant(table)} ${name}` : grant(table),
    );
    await using _database = database;
    await using sync = openSync(database, { url });
    const { reason, message } = await sync.failure();
    expect(reason).toBe("refused");
    expect(message).toContain(`GRANT SELECT (`);
    expect(message).toContain(`TO "${role}"`);
    expect(message).not.toContain("sec");
    // One GRANT is enough: what is still closed after it is nothing.
    await _database.sql.unsafe(message.slice(message.indexOf("GRANT")));
    expect(await sync.run()).toMatchObject({ kind: "done", notes: [] });
  });
});

describe("one clear line without the password, when", () => {
  test("the password is wrong", async () => {
    await using database = await openDatabase();
    await using sync = openSync(database, { url: database.urlFor("postgres", "hunter2-wrong") });
    const { reason, message } = await sync.failure();
    expect([reason, message]).toEqual(["refused", expect.stringContaining('refuses user "postgres"')]);
    expect(message).not.toContain("hunter2");
  });

  test("the database is missing", async () => {
    await using database = await openDatabase();
    await using sync = openSync(database, { url: database.url.replace(/test_\d+$/, "nowhere") });
    expect(await sync.failure()).toMatchObject({
      reason: "refused",
      message: expect.stringContaining('database "nowhere" does not exist'),
    });
  });

  test("the table is missing: it is named, and what to set", async () => {
    await using database = await openDatabase();
    await using sync = openSync(database);
    expect(await sync.failure()).toMatchObject({
      reason: "refused",
      message: expect.stringMatching(/has no table "LiteLLM_SpendLogs" or "cost_logs".*LITELLM_PULSE_LEDGER_TABLE/),
    });
    await using other = openSync(database, { table: "no_such" });
    expect((await other.failure()).message).toContain("has no table no_such; check LITELLM_PULSE_LEDGER_TABLE");
  });

  test("a column is missing: it is named, and what it is needed for", async () => {
    await using database = await openDatabase();
    await database.sql`CREATE TABLE cost_logs (id bigint PRIMARY KEY, provider text, model text, created_at timestamp)`;
    await using sync = openSync(database);
    expect((await sync.failure()).message).toBe(
      'Table public.cost_logs has no column "cost_usd" for spend; name it in LITELLM_PULSE_LEDGER_COLUMNS, as in spend=<column>',
    );
  });

  test("a column is asked for that may hold prompts", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await using sync = openSync(database, { columns: { tags: "messages" } });
    expect((await sync.failure()).message).toContain('Column "messages" may hold prompts or secrets and is never read');
  });

  test("nothing listens there", async () => {
    await using database = await openDatabase();
    await using sync = openSync(database, { url: "postgres://postgres:hunter2@127.0.0.1:9/nothing" });
    const { reason, message } = await sync.failure();
    expect([reason, message]).toEqual([
      "away",
      expect.stringContaining("PostgreSQL at 127.0.0.1:9/nothing cannot be reached"),
    ]);
    expect(message).not.toContain("hunter2");
  });

  test("a statement takes longer than it may", async () => {
    await using database = await openDatabase();
    const address = parseAddress(database.url);
    if (address === undefined) throw new Error("No address");
    const client = openClient(address);
    const error = await client.read(20, (sql) => sql.unsafe("SELECT pg_sleep(20)")).catch((cause: unknown) => cause);
    await client.close();
    expect(sourceFailure(error, address)).toEqual({
      reason: "away",
      message: `PostgreSQL at ${address.label} cancelled a statement: canceling statement due to statement timeout`,
    });
  });

  test("the server goes away in the middle and comes back: the next run goes on and loses nothing", async () => {
    const server = await startServer();
    await using database = await openDatabase({ schema: "schema.sql", server });
    await fillSpendLogs(database.sql, { rows: 6000, days: 4, until: NOW, seed: 0.5 });
    let stopping: Promise<void> | undefined;
    await using sync = openSync(database, {
      onRows(rows) {
        if (rows > 2000) stopping ??= server.stop();
      },
    });
    const { reason, message } = await sync.failure();
    expect([reason, message]).toEqual(["away", expect.stringContaining(`PostgreSQL at 127.0.0.1:${server.port}`)]);
    await stopping;
    expect((await sync.failure()).reason).toBe("away");
    await server.start();
    await sync.tally();
    expect((await sync.sums()).requests).toBe(6000);
  });
});

describe("values that nobody expects", () => {
  test("NaN and infinite spend count as 0, negative spend as it is, times before or beyond all ages are left out", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe(`
      CREATE TABLE cost_logs (id bigint PRIMARY KEY, provider text, model text, cost_usd float8, created_at timestamp);
      INSERT INTO cost_logs VALUES (1, 'a', 'm', 'NaN', '2026-11-20'), (2, 'a', NULL, 'Infinity', '2026-11-20'), (3, NULL, 'm', -1.5, '2026-11-20'),
        (4, 'a', 'm', NULL, '2026-11-20'), (5, 'a', 'm', 1, NULL), (6, 'a', 'm', 1, 'infinity'), (7, 'ünï', 'it''s "\\"', 2, '2026-11-20 23:59:59.9996')`);
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ rows: 7, counted: 5, oddities: { untimed: 2, spend: 2 } });
    expect(await sync.sums()).toEqual({ requests: 5, tokens: 0, spend: 0.5 });
  });

  test.each([
    ["float8", "1.7e308"],
    ["numeric", "1e305"],
    ["text", "9e99"],
  ])("spend as %s that no request has counts as 0, of the past and of the newest days alike", async (type, most) => {
    await using database = await openDatabase();
    const costs = [most, most, `-${most}`, "1000000000001", "1000000000000", "-0.5", "2.5"];
    const rows = ["2026-09-01", "2026-11-20"].flatMap((day, past) =>
      costs.map((cost, i) => `(${10 * past + i}, 'a', 'm', '${cost}', '${day}')`),
    );
    await database.sql.unsafe(`
        CREATE TABLE cost_logs (id bigint PRIMARY KEY, provider text, model text, cost_usd ${type}, created_at timestamp);
        INSERT INTO cost_logs VALUES ${rows.join(", ")}`);
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 14, oddities: { untimed: 0, spend: 8 } });
    expect(await sync.sums()).toEqual({ requests: 14, tokens: 0, spend: 2 * (1e12 + 2) });
  });

  test("rows of LiteLLM's own table without a time of a request are named once, and by sync --full", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await addRow(database, { id: "timed", at: NOW });
    await database.sql.unsafe(`
      ALTER TABLE "LiteLLM_SpendLogs" ALTER "startTime" DROP NOT NULL;
      INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime") VALUES
        ('none', '', NULL, '2026-11-20'), ('never', '', 'infinity', '2026-11-20'), ('far', '', '9999-12-31', '2026-11-20'),
        ('caesar', '', '0044-03-15 BC', '2026-11-20'), ('first', '', '-infinity', '2026-11-20')`);
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 1, oddities: { untimed: 5 } });
    expect(await sync.tally()).toMatchObject({ counted: 0, oddities: { untimed: 0 } });
    expect(await sync.tally({ from: undefined, to: undefined, force: false })).toMatchObject({
      oddities: { untimed: 5 },
    });
    expect((await sync.sums()).requests).toBe(1);
  });

  test("endTime before startTime, NULL and empty texts are counted, without a latency", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await addRow(database, { id: "backwards", at: NOW, endAt: NOW - HOUR });
    await addRow(database, { id: "forwards", at: NOW, endAt: NOW + 250 });
    await using sync = openSync(database);
    await sync.tally();
    const [row] = await sync.ledger.sql.rows(
      "SELECT sum(requests) AS requests, sum(latency_count) AS timed, sum(latency_ms) AS ms FROM quarter_total",
    );
    expect(row).toEqual({ requests: 2, timed: 1, ms: 250 });
  });

  test.each([
    ["text", ["", "soon", "-1", "NaN", "1e999", "[", "[1, null, {}]", '{"a": 1}', "ünï 'quoted' \\"]],
    ["jsonb", ["null", "5", '"x"', "[]", '["a", 7]', '{"a": [1]}', "-0.5", "1e300"]],
    ["boolean", ["true", "false"]],
    ["numeric", ["NaN", "-1.5", "0.5", "1e200", "Infinity", "-Infinity"]],
    ["double precision", ["NaN", "-1.5", "1e300", "Infinity", "-Infinity"]],
    ["bigint", ["9223372036854775807", "-9223372036854775808", "0"]],
    ["smallint", ["-1", "32767"]],
    ["money", ["12.5", "-3"]],
    ["interval", ["1 day", "-5 minutes"]],
    ["timestamptz", ["infinity", "-infinity", "2026-11-20 12:00+05"]],
    ["date", ["infinity", "2026-11-20"]],
    ["uuid", ["00000000-0000-0000-0000-000000000001"]],
    ["bytea", ["\\x00ff", ""]],
    ["text[]", ["{}", "{a,NULL}", '{"a b",""}']],
    ["inet", ["203.0.113.1"]],
  ] as const)(
    "%s in every column that is not its own id, time and money, NULL too, costs no request",
    async (type, values) => {
      await using database = await openDatabase();
      const columns = OTHER_ROLES.map((role) => `"${role}" ${type}`);
      await database.sql.unsafe(
        `CREATE TABLE odd (id text PRIMARY KEY, at timestamp, cost float8, ${columns.join(", ")})`,
      );
      const rows = [...values, null];
      for (const [number, value] of rows.entries()) {
        const list = OTHER_ROLES.map(() => (value === null ? "NULL" : `$odd$${value}$odd$`)).join(", ");
        await database.sql.unsafe(`INSERT INTO odd VALUES ('row ${number}', '2026-11-20', 0.5, ${list})`);
      }
      const roles = Object.fromEntries(OTHER_ROLES.map((role) => [role, role]));
      await using sync = openSync(database, {
        table: "odd",
        columns: { id: "id", time: "at", spend: "cost", ...roles },
      });
      expect(await sync.tally()).toMatchObject({ counted: rows.length });
      expect(await sync.tally()).toMatchObject({ counted: 0 });
      const { requests, spend } = await sync.sums();
      expect([requests, spend]).toEqual([rows.length, rows.length / 2]);
    },
  );

  test.each([
    [
      "text",
      ["2026-11-20 10:00", "2026-11-20T10:00:00Z", "2026-11-20 12:00:00.5+02", "2026-11-20 10:00:00 UTC"],
      ["soon", "", "2026-13-01", "1e99"],
    ],
    ["double precision", ["1795255200", "1795255200000"], ["NaN", "Infinity", "1e300", "-1e300"]],
    ["numeric", ["1795255200.5"], ["NaN", "1e100"]],
    [
      "bigint",
      ["1795255200", "1795255200123456", "1795255200123456789"],
      ["9223372036854775807", "-9223372036854775808"],
    ],
    ["date", ["2026-11-20"], ["infinity", "-infinity"]],
  ] as const)(
    "times of type %s that are none are left out and counted, and the rest counts",
    async (type, good, bad) => {
      await using database = await openDatabase();
      await database.sql.unsafe(`CREATE TABLE odd (id text PRIMARY KEY, at ${type}, cost float8)`);
      for (const [number, value] of [...good, ...bad].entries()) {
        await database.sql.unsafe(`INSERT INTO odd VALUES ('row ${number}', $odd$${value}$odd$, 0.5)`);
      }
      await using sync = openSync(database, { table: "odd", columns: { id: "id", time: "at", spend: "cost" } });
      expect(await sync.tally()).toMatchObject({ counted: good.length });
      expect(await sync.tally()).toMatchObject({ counted: 0 });
      expect((await sync.sums()).spend).toBe(good.length / 2);
    },
  );
});

/** What a request can do without. */
const OTHER_ROLES = ROLES.filter((role) => !["id", "time", "spend"].includes(role));
