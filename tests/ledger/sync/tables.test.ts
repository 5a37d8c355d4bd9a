import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openDatabase, type TestDatabase } from "../../support/postgres.ts";
import { fillCostLogs, fillSpendLogs } from "../../support/spend-rows.ts";
import { DAY, HOUR, NOW, openSync, type TestSync } from "../../support/sync.ts";

setDefaultTimeout(120_000);

const SHAPE =
  "id BIGSERIAL PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, cost_usd FLOAT NOT NULL, created_at TIMESTAMP DEFAULT NOW()";

/** Spend by provider and model, as the ledger has it. */
function byModel({ ledger }: TestSync): Record<string, number> {
  const rows = ledger.db
    .query<{ name: string; spend: number }, []>(
      `SELECT p.text || '/' || m.text AS name, sum(spend) AS spend FROM quarter JOIN sheet ON sheet.id = quarter.sheet JOIN route ON route.id = quarter.route
       JOIN text AS p ON p.id = route.provider JOIN text AS m ON m.id = route.model WHERE sheet.is_live = 1 GROUP BY 1 ORDER BY 1`,
    )
    .all();
  return Object.fromEntries(rows.map(({ name, spend }) => [name, Number(spend.toFixed(6))]));
}

/** Every rollup that a table without people fills, by names, in an order of its own. */
function rollupsOf({ ledger: { db } }: TestSync): unknown {
  const route =
    "(SELECT p.text || '/' || m.text FROM route JOIN text AS p ON p.id = provider JOIN text AS m ON m.id = model WHERE route.id = c.route)";
  const use = "requests, failures, total_tokens, round(spend, 9)";
  const columns = {
    quarter: `quarter, ${route}, status, cache, requests, total_tokens, round(spend, 9)`,
    minute: `minute, ${route}, status, requests, total_tokens, round(spend, 9)`,
    quarter_total: `quarter, ${use}, hits, misses, latency_count, success_total_tokens`,
    payer_day: `shift, ${route}, ${use}`,
    customer_day: `shift, customer, ${route}, ${use}`,
    route_day: `shift, ${route}, ${use}, latency_count, hex(latency), hex(first_token), hex(tokens)`,
    population: "shift, length(users), hex(users), hex(sessions)",
  };
  const read = ([table, list]: [string, string]) =>
    db
      .query(
        `SELECT day, ${list} FROM ${table} AS c JOIN sheet ON sheet.id = c.sheet AND is_live = 1 ORDER BY 1, 2, 3, 4`,
      )
      .values();
  return Object.entries(columns).map((entry) => [entry[0], read(entry)]);
}

async function add(
  { sql }: TestDatabase,
  rows: readonly (readonly [provider: string, model: string, cost: number, at: number])[],
): Promise<void> {
  for (const [provider, model, cost, at] of rows) {
    const time = new Date(at).toISOString().slice(0, -1);
    await sql`INSERT INTO cost_logs (provider, model, cost_usd, created_at) VALUES (${provider}, ${model}, ${cost}, ${time}::text::timestamp)`;
  }
}

describe("cost_logs", () => {
  test("is found by itself, read whole and then followed by its ids", async () => {
    await using database = await openDatabase();
    await fillCostLogs(database.sql, { rows: 3000, days: 40, until: NOW, seed: 0.5 });
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 3000 });
    const truth =
      await database.sql`SELECT provider || '/' || model AS name, round(sum(cost_usd)::numeric, 6)::float8 AS spend FROM cost_logs GROUP BY 1 ORDER BY 1`;
    expect(byModel(sync)).toEqual(Object.fromEntries(truth.map(({ name, spend }) => [name, spend])));
    await add(database, [["openai", "gpt", 5, NOW + 1000]]);
    sync.now = NOW + 2000;
    expect(await sync.tally()).toMatchObject({ counted: 1 });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
  });

  test("whose past PostgreSQL counts gives the same sums as its rows one by one", async () => {
    await using database = await openDatabase();
    await fillCostLogs(database.sql, { rows: 3000, days: 40, until: NOW, seed: 0.25 });
    await database.sql`INSERT INTO cost_logs (provider, model, cost_usd, created_at) VALUES ('a', 'm', 'NaN', '2026-10-20'),
      ('a', 'm', 'Infinity', '2026-10-20'), ('', 'm', -1.5, '2026-10-20 11:59:59.9996'), ('a', 'm', 1, NULL), ('a', 'm', 1, '-infinity'),
      ('a', 'm', 1, 'infinity'), ('a', 'm', 1, '290000-01-01'), ('a', 'm', 2, '1965-10-20 23:59:59.9994'), ('a', 'm', 3, '1965-10-20 23:59:59.9995')`;
    // A status, which says nothing here, is more than can be counted at the source.
    await database.sql`CREATE TABLE one_by_one AS SELECT *, NULL::text AS status FROM cost_logs`;
    await database.sql`ALTER TABLE one_by_one ADD PRIMARY KEY (id)`;
    await using counted = openSync(database, { table: "cost_logs" });
    await using read = openSync(database, { table: "one_by_one" });
    const oddities = { untimed: 4, spend: 2 };
    expect(await counted.tally()).toMatchObject({ rows: 3009, counted: 3005, oddities });
    expect(await read.tally()).toMatchObject({ rows: 3009, counted: 3005, oddities });
    expect(rollupsOf(counted)).toEqual(rollupsOf(read));
  });

  test("whose times come in no order is read whole", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe(`CREATE TABLE cost_logs (${SHAPE})`);
    await database.sql`INSERT INTO cost_logs (provider, model, cost_usd, created_at)
      SELECT 'p', 'm', 0.25, timestamp '2026-11-20' - (i * 7919 % 60) * interval '1 day' FROM generate_series(1, 6000) AS i`;
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 6000 });
    expect(byModel(sync)).toEqual({ "p/m": 1500 });
  });

  test("that is truncated goes on with ids from 1 again, and the sums stay", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe(`CREATE TABLE cost_logs (${SHAPE})`);
    await add(database, [
      ["a", "m", 1, NOW - HOUR],
      ["a", "m", 1, NOW - 1000],
      ["b", "m", 1, NOW - 500],
    ]);
    await using sync = openSync(database);
    await sync.tally();
    await database.sql`TRUNCATE cost_logs RESTART IDENTITY`;
    await add(database, [
      ["a", "m", 10, NOW + 1000],
      ["a", "m", 10, NOW + 2000],
      ["a", "m", 10, NOW + 3000],
      ["b", "m", 10, NOW + 4000],
    ]);
    sync.now = NOW + 10_000;
    expect(await sync.tally()).toMatchObject({ counted: 4 });
    expect(byModel(sync)).toEqual({ "a/m": 32, "b/m": 11 });
    await database.sql`TRUNCATE cost_logs`;
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    await add(database, [["c", "m", 3, NOW + 5000]]);
    expect(await sync.tally()).toMatchObject({ counted: 1 });
  });

  test("with a row whose transaction was open while others went ahead loses none", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe(`CREATE TABLE cost_logs (${SHAPE})`);
    await add(database, [["a", "m", 1, NOW - 1000]]);
    await using sync = openSync(database);
    await sync.tally();
    await database.sql`INSERT INTO cost_logs (id, provider, model, cost_usd, created_at) VALUES (3, 'a', 'm', 1, '2026-11-20 12:00:01')`;
    sync.now = NOW + 2000;
    await sync.tally();
    await database.sql`INSERT INTO cost_logs (id, provider, model, cost_usd, created_at) VALUES (2, 'a', 'm', 1, '2026-11-20 12:00:00.5')`;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 1 });
    expect(byModel(sync)).toEqual({ "a/m": 3 });
  });
});

describe("another table", () => {
  test("with other names and odd types is read by the settings", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe(`
      CREATE SCHEMA billing; CREATE DOMAIN dollars AS numeric(12, 6);
      CREATE TABLE billing."Odd Log" (key uuid PRIMARY KEY DEFAULT gen_random_uuid(), happened timestamptz, cost dollars, "in" text, out smallint, ok boolean,
        labels text[], who int);
      INSERT INTO billing."Odd Log" (happened, cost, "in", out, ok, labels, who) VALUES
        ('2026-11-20 01:00+02', 1.25, '100', 7, true, '{a,b}', 5), ('2026-11-20 10:00+00', 0.5, 'many', NULL, false, NULL, NULL)`);
    await using sync = openSync(database, {
      table: "billing.Odd Log",
      columns: {
        id: "key",
        time: "happened",
        spend: "cost",
        prompt_tokens: "in",
        completion_tokens: "out",
        cache: "ok",
        tags: "labels",
        user: "who",
      },
    });
    expect(await sync.tally()).toMatchObject({ counted: 2 });
    expect(await sync.sums()).toEqual({ requests: 2, tokens: 107, spend: 1.75 });
    const days = sync.ledger.db
      .query<{ day: number }, []>("SELECT day FROM sheet WHERE is_live = 1 ORDER BY day")
      .all();
    expect(days.map(({ day }) => day)).toEqual([NOW - DAY, NOW].map((at) => Math.floor(at / DAY)));
    const tags = sync.ledger.db
      .query("SELECT text.text, requests FROM tag_day JOIN text ON text.id = tag ORDER BY 1")
      .all();
    expect(tags).toEqual([
      { text: "a", requests: 1 },
      { text: "b", requests: 1 },
    ]);
    expect(await sync.tally()).toMatchObject({ counted: 0 });
  });

  test("of LiteLLM in another schema is found by ?schema=, as Prisma writes it, and its parameters do no harm", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillSpendLogs(database.sql, { rows: 30, days: 1, until: NOW, seed: 0.5 });
    await database.sql.unsafe(`CREATE SCHEMA litellm; ALTER TABLE "LiteLLM_SpendLogs" SET SCHEMA litellm`);
    const url = `${database.url}?schema=litellm&connection_limit=10&pool_timeout=60&pgbouncer=true&sslmode=prefer`;
    await using sync = openSync(database, { url });
    expect(await sync.run()).toMatchObject({
      kind: "done",
      table: "litellm.LiteLLM_SpendLogs",
      tally: { counted: 30 },
    });
  });

  test("of another schema than the one that ?schema= names is not taken for it, unless the table's name says so", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillSpendLogs(database.sql, { rows: 30, days: 1, until: NOW, seed: 0.5 });
    await database.sql.unsafe("CREATE SCHEMA staging");
    const url = `${database.url}?schema=staging`;
    await using sync = openSync(database, { url });
    expect(await sync.run()).toMatchObject({
      failure: {
        message: expect.stringContaining('has no table "LiteLLM_SpendLogs" or "cost_logs" in the schema staging'),
      },
    });
    await using named = openSync(database, { url, table: "public.LiteLLM_SpendLogs" });
    expect(await named.run()).toMatchObject({ kind: "done", tally: { counted: 30 } });
  });

  test("that is partitioned by its time, as newer LiteLLM can have it, is read like any other", async () => {
    await using database = await openDatabase({ schema: "schema-newest.sql" });
    await fillSpendLogs(database.sql, { rows: 500, days: 10, until: NOW, seed: 0.5 });
    await database.sql.unsafe(`
      ALTER TABLE "LiteLLM_SpendLogs" RENAME TO plain;
      CREATE TABLE "LiteLLM_SpendLogs" (LIKE plain INCLUDING DEFAULTS, PRIMARY KEY (request_id, "startTime")) PARTITION BY RANGE ("startTime");
      CREATE TABLE p1 PARTITION OF "LiteLLM_SpendLogs" FOR VALUES FROM (MINVALUE) TO ('2026-11-15');
      CREATE TABLE p2 PARTITION OF "LiteLLM_SpendLogs" FOR VALUES FROM ('2026-11-15') TO (MAXVALUE);
      INSERT INTO "LiteLLM_SpendLogs" SELECT * FROM plain`);
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 500 });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
  });

  test("whose ids no key keeps apart counts a row that stands there twice once, in the past and later", async () => {
    await using database = await openDatabase();
    await database.sql`CREATE TABLE log (id text, at timestamp, cost float8)`;
    await database.sql`INSERT INTO log SELECT 'row ' || i / 2, timestamp '2026-11-20' + i / 2 * interval '1 second', 0.5 FROM generate_series(0, 199) AS i`;
    await using sync = openSync(database, { table: "log", columns: { id: "id", time: "at", spend: "cost" } });
    expect(await sync.tally()).toMatchObject({ rows: 200, counted: 100 });
    await database.sql`INSERT INTO log SELECT 'new ' || i / 2, timestamp '2026-11-20 11:30' + i / 2 * interval '1 second', 0.5 FROM generate_series(0, 99) AS i`;
    expect(await sync.tally()).toMatchObject({ counted: 50 });
    expect(await sync.tally({ from: undefined, to: undefined, force: false })).toMatchObject({
      counted: 150,
      fewer: [],
    });
    expect(await sync.sums()).toMatchObject({ requests: 150, spend: 75 });
  });

  test("of LiteLLM that is truncated keeps what was counted, and counts what comes then", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillSpendLogs(database.sql, { rows: 50, days: 1, until: NOW, seed: 0.5 });
    await using sync = openSync(database);
    await sync.tally();
    await database.sql`TRUNCATE "LiteLLM_SpendLogs"`;
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    await fillSpendLogs(database.sql, { rows: 20, days: 0.01, until: NOW + HOUR, seed: 0.25, from: 100 });
    sync.now = NOW + HOUR;
    expect(await sync.tally()).toMatchObject({ counted: 20, late: 0 });
    expect((await sync.sums()).requests).toBe(70);
  });

  test("may not feed a ledger that another one feeds", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fillCostLogs(database.sql, { rows: 10, days: 1, until: NOW, seed: 0.5 });
    await using first = openSync(database);
    await first.tally();
    await using second = openSync(database, { ledger: first.ledger, table: "cost_logs" });
    expect(await second.failure()).toMatchObject({
      reason: "refused",
      message: expect.stringContaining("may not be counted twice"),
    });
  });
});
