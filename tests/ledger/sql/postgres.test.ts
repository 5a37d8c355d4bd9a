import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { among, type LedgerView } from "../../../lib/ledger/sql/ledger-sql.ts";
import { addressOf, openPostgresView, trying } from "../../../lib/ledger/sql/postgres/open.ts";
import { makeSchema } from "../../../lib/ledger/sql/postgres/schema.ts";
import { openDatabase, type TestDatabase } from "../../support/postgres.ts";

setDefaultTimeout(120_000);

async function openView(database: TestDatabase): Promise<LedgerView> {
  expect(await trying(addressOf(database.url), makeSchema)).toBeUndefined();
  const opened = await openPostgresView(database.url);
  if (opened.kind === "failed") throw new Error(opened.message);
  return opened.view;
}

const TEXTS = ["", "a", 'b "quoted" \\ {x,NULL}', "NULL", "ünï ☃", "two\nlines"];

describe("a ledger in PostgreSQL", () => {
  test("answers as SQLite does: numbers, texts, bytes, nothing and lists of them", async () => {
    await using database = await openDatabase();
    const view = await openView(database);
    for (const text of TEXTS) await view.sql.run("INSERT INTO text (text) VALUES (?1)", [text]);
    const found = await view.sql.lists(`SELECT text FROM text WHERE ${among("postgres", "text", 1)} ORDER BY id`, [
      TEXTS,
    ]);
    expect(found).toEqual(TEXTS.map((text) => [text]));
    const some = await view.sql.rows(`SELECT id FROM text WHERE ${among("postgres", "id", 1)} ORDER BY id`, [[0, 2]]);
    expect(some).toEqual([{ id: 0 }, { id: 2 }]);
    expect(await view.sql.rows(`SELECT id FROM text WHERE ${among("postgres", "id", 1)}`, [[]])).toEqual([]);
    const bytes = Uint8Array.of(0, 255, 92);
    await view.sql.run("INSERT INTO population (sheet, shift, users, sessions) VALUES (?1, ?2, ?3, ?4)", [
      2 ** 40,
      -1,
      bytes,
      new Uint8Array(0),
    ]);
    const [row] = await view.sql.rows(
      'SELECT SUM(sheet) AS "sumOf", COUNT(*) AS n, 0.1::float8 + 0.2 AS spend, MAX(shift) AS shift, NULL AS nothing FROM population',
    );
    expect(row).toEqual({ sumOf: 2 ** 40, n: 1, spend: 0.1 + 0.2, shift: -1, nothing: null });
    const [held] = await view.sql.lists("SELECT users, sessions FROM population");
    expect(held).toEqual([Buffer.from(bytes), Buffer.alloc(0)]);
    await view.close();
  });

  test("gives many rows one after the other", async () => {
    await using database = await openDatabase();
    const view = await openView(database);
    let sum = 0;
    await view.sql.each<{ n: number }>("SELECT n FROM generate_series(1, ?1) AS n", [5001], ({ n }) => {
      sum += n;
    });
    expect(sum).toBe((5001 * 5002) / 2);
    await view.close();
  });

  test("shows one state for as long as a snapshot lasts, and answers others at the same time", async () => {
    await using database = await openDatabase();
    const view = await openView(database);
    const count = "SELECT COUNT(*) AS n FROM text";
    const seen = await view.snapshot(async (sql) => {
      const before = await sql.rows(count);
      await view.sql.run("INSERT INTO text (text) VALUES (?1)", ["new"]);
      return [...before, ...(await sql.rows(count)), ...(await view.sql.rows(count))];
    });
    expect(seen).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }]);
    const write = view.snapshot((sql) => sql.run("DELETE FROM text"));
    expect(write).rejects.toMatchObject({ name: "LedgerError", sqlState: "25006" });
    await write.catch(() => {});
    const many = await Promise.all(Array.from({ length: 20 }, () => view.snapshot((sql) => sql.rows(count))));
    expect(many).toEqual(Array.from({ length: 20 }, () => [{ n: 2 }]));
    await view.close();
  });

  test("is made once, by whoever comes first, in a schema of its own", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    const made = await Promise.all([1, 2, 3, 4].map(() => trying(addressOf(database.url), makeSchema)));
    expect(made).toEqual([undefined, undefined, undefined, undefined]);
    const rows = await database.sql`SELECT schemaname FROM pg_tables WHERE tablename = 'sheet'`;
    expect([...rows]).toEqual([{ schemaname: "litellm_pulse" }]);
    const elsewhere = `${database.url}?schema=Other%20one`;
    expect(await trying(addressOf(elsewhere), makeSchema)).toBeUndefined();
    expect((await openPostgresView(elsewhere)).kind).toBe("open");
  });

  test("is refused where it is missing, newer than this program, or somebody else's tables are", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    expect(await openPostgresView(database.url)).toMatchObject({ kind: "failed", reason: "missing" });
    expect(await trying(addressOf(`${database.url}?schema=public`), makeSchema)).toMatchObject({
      reason: "foreign",
      message: expect.stringContaining("holds tables of another program"),
    });
    await trying(addressOf(database.url), makeSchema);
    await database.sql`UPDATE litellm_pulse.meta SET value = '99' WHERE name = 'schema'`;
    const newer = {
      reason: "newer_schema",
      message: expect.stringContaining("has schema 99, this program knows up to"),
    };
    expect(await openPostgresView(database.url)).toMatchObject(newer);
    expect(await trying(addressOf(database.url), makeSchema)).toMatchObject(newer);
  });

  test("says in one line which right a role lacks", async () => {
    await using database = await openDatabase();
    await database.sql.unsafe("CREATE ROLE folder LOGIN PASSWORD 'pw-1'; CREATE ROLE onlooker LOGIN PASSWORD 'pw-2'");
    try {
      const folder = database.urlFor("folder", "pw-1");
      expect((await trying(addressOf(folder), makeSchema))?.message).toContain(
        'run CREATE SCHEMA IF NOT EXISTS "litellm_pulse" AUTHORIZATION "folder" as its administrator',
      );
      await database.sql.unsafe("CREATE SCHEMA litellm_pulse AUTHORIZATION folder");
      expect(await trying(addressOf(folder), makeSchema)).toBeUndefined();
      const denied = await openPostgresView(database.urlFor("onlooker", "pw-2"));
      expect(denied).toMatchObject({
        reason: "refused",
        message: expect.stringContaining("needs USAGE on the ledger"),
      });
      const wrong = await openPostgresView(database.urlFor("folder", "secret-pw"));
      expect(wrong).toMatchObject({
        reason: "refused",
        message: expect.stringContaining("check LITELLM_PULSE_LEDGER_URL"),
      });
      expect(JSON.stringify(wrong)).not.toContain("secret-pw");
    } finally {
      await database.sql.unsafe("DROP OWNED BY folder CASCADE; DROP ROLE folder; DROP ROLE onlooker");
    }
  });
});
