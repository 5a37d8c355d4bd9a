import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fixtureText } from "../../support/fixtures.ts";
import { openTestLedger } from "../../support/ledger.ts";
import { openDatabase, type TestDatabase } from "../../support/postgres.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { addRow, DAY, HOUR, NOW, openSync, type TestSync } from "../../support/sync.ts";

setDefaultTimeout(120_000);

const MINUTE = 60_000;

/** What the source itself adds up to. */
async function truthOf({ sql }: TestDatabase) {
  const [row] =
    await sql`SELECT count(*)::int AS requests, sum(total_tokens)::float8 AS tokens, sum(spend) AS spend FROM "LiteLLM_SpendLogs"`;
  return { requests: row?.["requests"], tokens: row?.["tokens"], spend: expect.closeTo(row?.["spend"], 9) };
}

async function fewRows(database: TestDatabase, rows = 3000): Promise<void> {
  await fillSpendLogs(database.sql, { rows, days: 6, until: NOW, seed: 0.25 });
}

describe("the first sync", () => {
  test.each(["schema.sql", "schema-newest.sql"] as const)("adds up recorded rows in %s", async (schema) => {
    await using database = await openDatabase({ schema });
    const rows = fixtureText("spend/spend-logs-database.jsonl").trim().split("\n").join(",");
    await database.sql.unsafe(
      `INSERT INTO "LiteLLM_SpendLogs" (${RECORDED}) SELECT ${RECORDED} FROM json_populate_recordset(NULL::"LiteLLM_SpendLogs", $1::text::json)`,
      [`[${rows}]`],
    );
    await using sync = openSync(database);
    sync.now = Date.UTC(2026, 10, 22);
    expect(await sync.tally()).toMatchObject({ counted: 30, late: 0, tooOld: 0 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("knows every dimension as a GROUP BY at the source does", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database);
    await using sync = openSync(database);
    await sync.tally();
    expect(await sync.sums()).toEqual(await truthOf(database));
    const source = await database.sql`
      SELECT floor(extract(epoch FROM "startTime") / 86400)::int AS day, "user", team_id AS team, api_key AS key, model, model_group AS "group",
        custom_llm_provider AS provider, count(*)::int AS requests, count(*) FILTER (WHERE status = 'failure')::int AS failures,
        round(sum(spend)::numeric, 9)::float8 AS spend
      FROM "LiteLLM_SpendLogs" GROUP BY 1, 2, 3, 4, 5, 6, 7`;
    const { sql } = sync.ledger;
    const names = await sql.rows<{ id: number; text: string | null }>("SELECT id, text FROM text");
    const texts = new Map(names.map(({ id, text }) => [id, text]));
    const rows = await sql.rows<Record<string, number>>(
      `SELECT sheet.day, user_id AS user, team_id AS team, api_key AS key, model, model_group AS "group", provider,
           sum(requests) AS requests, sum(failures) AS failures, round(sum(spend), 9) AS spend
         FROM sheet JOIN payer_day AS c ON c.sheet = sheet.id JOIN payer ON payer.id = c.payer JOIN route ON route.id = c.route
         WHERE sheet.is_live = 1 GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    );
    const folded = rows.map(({ user = 0, team = 0, key = 0, model = 0, group = 0, provider = 0, ...rest }) => {
      const names = Object.entries({ user, team, key, model, group, provider });
      return { ...rest, ...Object.fromEntries(names.map(([name, id]) => [name, texts.get(id)])) };
    });
    const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
    expect(source.length).toBeGreaterThan(1000);
    expect(sorted(folded)).toEqual(sorted([...source]));
  });

  test("of an empty table finds nothing, and the next one what came since", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await using sync = openSync(database);
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    await addRow(database, { id: "first", at: NOW + HOUR });
    sync.now = NOW + 2 * HOUR;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 0 });
  });

  test("reads a day when it is known what the ledger has of it, and not before: what comes in between would be lost", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await addRow(database, { id: "r", at: NOW - HOUR });
    const ledger = openTestLedger();
    const order: string[] = [];
    const rows: typeof ledger.sql.rows = async (statement, parameters) => {
      if (statement.includes("FROM sheet WHERE day")) {
        // As long as it takes to read a day.
        for (let i = 0; i < 50; i++) await database.sql`SELECT 1`;
        order.push("known");
      }
      return ledger.sql.rows(statement, parameters);
    };
    const slow = { ...ledger, sql: { ...ledger.sql, rows } };
    await using sync = openSync(database, { ledger: slow, onRows: () => order.push("read") });
    expect(await sync.tally()).toMatchObject({ counted: 1 });
    expect(order.slice(0, 2)).toEqual(["known", "read"]);
  });

  test("goes on where it was stopped, and counts nothing twice", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database, 12_000);
    const stop = new AbortController();
    await using sync = openSync(database, { onRows: (rows) => rows > 4000 && stop.abort() });
    expect((await sync.run(undefined, stop.signal)).kind).toBe("stopped");
    expect((await sync.sums()).requests).toBeLessThan(12_000);
    await sync.tally();
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("goes on days after it was stopped, and calls nothing late or too old", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database, 12_000);
    const stop = new AbortController();
    await using sync = openSync(database, { onRows: (rows) => rows > 4000 && stop.abort() });
    expect((await sync.run(undefined, stop.signal)).kind).toBe("stopped");
    for (let day = 0; day <= 5; day++) await addRow(database, { id: `day ${day}`, at: NOW + day * DAY + HOUR });
    sync.now = NOW + 5 * DAY + 2 * HOUR;
    expect(await sync.tally()).toMatchObject({ late: 0, tooOld: 0 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });
});

/** The columns that recorded rows and both schemas share. */
const RECORDED =
  'request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", metadata, cache_hit, cache_key, request_tags, team_id, end_user, session_id, status';

describe("following", () => {
  async function followed(): Promise<{ readonly database: TestDatabase; readonly sync: TestSync }> {
    const database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database, 500);
    const sync = openSync(database);
    await sync.tally();
    return { database, sync };
  }

  test("a second run, and one by another reader, change no sum", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using first = sync;
    await using second = openSync(database, { ledger: first.ledger });
    const before = await first.sums();
    await Promise.all([first.tally(), second.tally()]);
    expect(await first.tally()).toMatchObject({ counted: 0, late: 0, tooOld: 0 });
    expect(await first.sums()).toEqual(before);
  });

  test("counts a row whose request took half an hour, and says that it was late", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    await addRow(database, { id: "on time", at: NOW + 60_000 });
    sync.now = NOW + 120_000;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 0 });
    await addRow(database, { id: "long", at: NOW - HOUR / 2, endAt: NOW + 100_000 });
    sync.now = NOW + 180_000;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 1 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("finds by the daily count a row that came later than the overlap", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    await addRow(database, { id: "on time", at: NOW + 4 * HOUR });
    sync.now = NOW + 4 * HOUR;
    await sync.tally();
    await addRow(database, { id: "very late", at: NOW + HOUR });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    sync.now = NOW + DAY + HOUR / 2;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 1 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("finds by the daily count a late row of the hour in which the overlap begins, though nothing came after it", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    const newest = NOW + 4 * HOUR + 40 * MINUTE;
    await addRow(database, { id: "newest", at: newest });
    sync.now = newest;
    await sync.tally();
    await addRow(database, { id: "late", at: newest - 80 * MINUTE });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    sync.now += DAY;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 1 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test.each([2, 12, 24])("finds by the daily count a row that came %d hours after it began", async (hours) => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    // The days go on, with a count each; then the row comes, right after one.
    for (let day = 1; day <= 3; day++) {
      await addRow(database, { id: `day ${day}`, at: NOW + day * DAY });
      sync.now = NOW + day * DAY + HOUR / 2;
      expect(await sync.tally()).toMatchObject({ late: 0 });
    }
    await addRow(database, { id: "late", at: sync.now - hours * HOUR });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    sync.now += DAY;
    expect(await sync.tally()).toMatchObject({ counted: 1, late: 1 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("after days without a run, what came meanwhile is not called late", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    for (let day = 1; day <= 5; day++) await addRow(database, { id: `day ${day}`, at: NOW + day * DAY });
    sync.now = NOW + 5 * DAY + HOUR / 2;
    expect(await sync.tally()).toMatchObject({ counted: 5, late: 0, tooOld: 0 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("a row of all ages' end is left out, and hides none", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    const truth = await truthOf(database);
    await database.sql`INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, "startTime", "endTime") VALUES ('end', '', 1, 'infinity', 'infinity')`;
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    await addRow(database, { id: "next", at: NOW + 1000 });
    sync.now = NOW + 2000;
    expect(await sync.tally()).toMatchObject({ counted: 1 });
    expect((await sync.sums()).requests).toBe(truth.requests + 1);
  });

  test("a row from the future hides none that comes before it", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    await addRow(database, { id: "future", at: NOW + 3 * DAY });
    await sync.tally();
    await addRow(database, { id: "now", at: NOW + HOUR });
    sync.now = NOW + HOUR;
    expect(await sync.tally()).toMatchObject({ counted: 1 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("goes over several pages, also where many rows share a moment", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    await database.sql`INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, "startTime", "endTime")
      SELECT 'same-' || i, '', 0.001, timestamp '2026-11-20 12:30', timestamp '2026-11-20 12:30' FROM generate_series(1, 12000) AS i`;
    sync.now = NOW + HOUR;
    expect(await sync.tally()).toMatchObject({ counted: 12_000 });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("keeps what the source has deleted", async () => {
    const { database, sync } = await followed();
    await using _database = database;
    await using _sync = sync;
    const before = await sync.sums();
    await database.sql`DELETE FROM "LiteLLM_SpendLogs"`;
    sync.now = NOW + DAY + HOUR;
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    expect(await sync.sums()).toEqual(before);
  });
});

describe("sync --full", () => {
  const day = (offset: number) => Math.floor(NOW / DAY) + offset;
  const anew = { from: undefined, to: undefined, force: false };

  test("counts a row of a day that is closed, which following calls too old", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database, 500);
    await using sync = openSync(database);
    await sync.tally();
    await addRow(database, { id: "old", at: NOW - 5 * DAY, spend: 7 });
    expect(await sync.tally()).toMatchObject({ counted: 0 });
    await sync.tally({ from: day(-5), to: day(-4), force: false });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });

  test("leaves alone and names a day of which the source has fewer rows, and replaces it when forced", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    await fewRows(database, 500);
    await using sync = openSync(database);
    await sync.tally();
    const before = await sync.sums();
    const start = new Date((Math.floor(NOW / DAY) - 4) * DAY).toISOString().slice(0, 10);
    await database.sql.unsafe(`DELETE FROM "LiteLLM_SpendLogs" WHERE "startTime" < timestamp '${start} 12:00'`);
    const { fewer } = await sync.tally(anew);
    expect(fewer.map((one) => one.day)).toEqual([day(-6), day(-5), day(-4)]);
    expect(fewer[0]).toMatchObject({ source: 0 });
    expect(await sync.sums()).toEqual(before);
    await sync.tally({ from: day(-6), to: day(1), force: true });
    expect(await sync.sums()).toEqual(await truthOf(database));
  });
});
