import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { MIGRATIONS } from "../../lib/store/migrations.ts";
import { migrate } from "../../lib/store/open/migrate.ts";
import { ownersOfSeries } from "../../lib/store/tables/series.ts";
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

test("a database of the first schema keeps the state of its series, and two processes may then share an identity", () => {
  const db = new Database(":memory:");
  migrate(db, MIGRATIONS.slice(0, 1));
  db.run(`
    INSERT INTO target (id, url, first_page_at, first_mark_at, last_page_at, pages) VALUES (1, 'http://a/', 1, 1, 1, 1);
    INSERT INTO process (id, target, start_seconds, last_page, last_page_at) VALUES (5, 1, 9.5, 1, 1), (6, 1, 9.75, 1, 1);
    INSERT INTO name (id, name) VALUES (2, 'litellm_spend_metric_total');
    INSERT INTO cell (id) VALUES (3);
    INSERT INTO series VALUES (7, 1, 2, 'hash', 2, 10.25, 5, 3, 1.5, 4.0, 5.0);
  `);
  const before = db.query("SELECT * FROM series").all();
  migrate(db, MIGRATIONS);
  expect(db.query("SELECT * FROM series").all()).toEqual(before);
  db.run(
    "INSERT INTO series SELECT 8, target, name, labels, origin_kind, origin_seconds, 6, cell, 2.5, NULL, NULL FROM series",
  );
  expect(ownersOfSeries(db, 1, { name: 2, labels: "hash", origin: { kind: "created", seconds: 10.25 } })).toEqual([
    5, 6,
  ]);
  expect(() => db.run("UPDATE series SET process = 5")).toThrow("UNIQUE");
  db.close();
});

describe("a database of an older schema", () => {
  const LIST = [
    "CREATE TABLE usage (day INTEGER, cost REAL) STRICT; INSERT INTO usage VALUES (1, 0.5)",
    "ALTER TABLE usage ADD COLUMN model TEXT",
    "UPDATE usage SET model = 'unknown' WHERE model IS NULL",
  ];
  const contents = (db: Database) => ({
    ...db.query<{ user_version: number }, []>("PRAGMA user_version").get(),
    rows: db.query("SELECT * FROM usage").all(),
  });

  test.each([0, 1, 2, 3])("comes from version %d to the newest with what it holds", (from) => {
    const db = new Database(":memory:");
    migrate(db, LIST.slice(0, from));
    migrate(db, LIST);
    expect(contents(db)).toEqual({ user_version: 3, rows: [{ day: 1, cost: 0.5, model: "unknown" }] });
    db.close();
  });

  test("stays whole where a later step fails, and the next program goes on with it", () => {
    const db = new Database(":memory:");
    migrate(db, LIST.slice(0, 1));
    const before = contents(db);
    expect(() => migrate(db, [...LIST.slice(0, 2), "ALTER TABLE nothing ADD COLUMN model TEXT"])).toThrow();
    expect(contents(db)).toEqual(before);
    migrate(db, LIST);
    expect(contents(db)).toMatchObject({ user_version: 3 });
    db.close();
  });

  test("of a newer one than the list is not touched", () => {
    const db = new Database(":memory:");
    migrate(db, LIST);
    migrate(db, LIST.slice(0, 1));
    expect(contents(db)).toMatchObject({ user_version: 3 });
    db.close();
  });

  test("that was made and never filled becomes a new one", () => {
    const path = temporaryPath();
    const empty = new Database(path);
    empty.run("PRAGMA journal_mode = WAL");
    empty.run("CREATE TABLE gone (it TEXT)");
    empty.run("DROP TABLE gone");
    empty.close();
    const db = openFile(path);
    expect(db.query("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
    db.close();
  });
});
