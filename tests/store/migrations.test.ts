import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { MIGRATIONS } from "../../lib/store/migrations.ts";
import { openFile, openTestStore, temporaryPath } from "../support/store.ts";

test("a new database has the newest schema, strict tables, and no table that leads nowhere", () => {
  const db = openTestStore();
  expect(db.query("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
  const tables = db
    .query<{ name: string; sql: string }, []>("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    .all();
  expect(tables.filter(({ sql }) => !sql.includes("STRICT")).map(({ name }) => name)).toEqual([]);
  expect(db.query("PRAGMA foreign_key_check").all()).toEqual([]);
});

test("every counter has its column wherever sums are kept", () => {
  const db = openTestStore();
  for (const table of ["bucket", "day", "lifetime", "lifetime_floor"]) {
    const columns = db.query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${table}')`).all();
    expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining([...COUNTERS]));
  }
});

test("a migration that fails leaves the schema that was there", () => {
  const path = temporaryPath();
  const broken = new Database(path);
  broken.run("CREATE TABLE target (id INTEGER)");
  broken.close();
  expect(() => openFile(path)).toThrow();
  const db = new Database(path);
  expect(db.query("PRAGMA user_version").get()).toEqual({ user_version: 0 });
  expect(db.query("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toEqual([{ name: "target" }]);
  db.close();
});
