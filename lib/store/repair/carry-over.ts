import { Database, SQLiteError, type SQLQueryBindings } from "bun:sqlite";
import { readFileSync, statSync } from "node:fs";
import { COUNTERS } from "../../litellm/metrics.ts";
import { isSound, openFileAlone } from "../open/file-alone.ts";
import { clockAheadMs } from "../tables/targets.ts";
import { underNewSchema } from "./new-schema.ts";

/** Every table, those that others point to first. */
const TABLES = [
  "meta",
  "target",
  "target_url",
  "name",
  "cell",
  "process",
  "process_value",
  "mark",
  "deployment",
  "series",
  "bucket",
  "day",
  "lifetime",
  "lifetime_floor",
  "snapshot",
  "observed",
] as const;

/** Where a lost row means that a series which was counted may look like a new one. */
const COUNTER_STATE: ReadonlySet<string> = new Set(["name", "process", "series"]);

/** What came out of a damaged database. */
export type CarriedOver = {
  readonly rows: number;
  /** Tables of which a part or everything could not be read. */
  readonly damagedTables: readonly string[];
  /** The write-ahead log was the damage (or another file's) and was left out; the file itself is sound. */
  readonly isWithoutLog: boolean;
};

/**
 * Copies what can be read of a damaged database into an empty one, in one transaction: each table from its beginning up
 * to the damage, and from its end back to it. What points to a row that is lost gets a row without names, so that no
 * sum falls; a lifetime that is lost is made from the days.
 */
export function carryOver(from: string, into: Database): CarriedOver {
  const { damaged, isWithoutLog } = openDamaged(from, into);
  into.run("PRAGMA foreign_keys = OFF");
  try {
    return into
      .transaction(() => {
        const copied = TABLES.map((table) => ({ table, ...copyTable(damaged, into, table) }));
        const damagedTables = copied.filter(({ isWhole }) => !isWhole).map(({ table }) => table);
        mend(into);
        if (damagedTables.some((table) => COUNTER_STATE.has(table))) forgetMarks(into);
        return { rows: copied.reduce((sum, { rows }) => sum + rows, 0), damagedTables, isWithoutLog };
      })
      .immediate();
  } finally {
    into.run("PRAGMA foreign_keys = ON");
    damaged.close();
  }
}

/**
 * The file without its log where that is what is damaged, since one sound state counts more than two mixed ones; under a
 * new schema where its own cannot be read.
 */
function openDamaged(from: string, empty: Database): { damaged: Database; isWithoutLog: boolean } {
  const hasLog = (statSync(`${from}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const damaged = new Database(from, { readonly: true, strict: true });
  if (hasLog && !isSound(damaged)) {
    const alone = openFileAlone(from);
    if (isSound(alone) && hasSchemaOf(alone, empty)) {
      damaged.close();
      return { damaged: alone, isWithoutLog: true };
    }
    alone.close();
  }
  if (hasSchemaOf(damaged, empty)) return { damaged, isWithoutLog: false };
  const under = underNewSchema(readFileSync(from), empty);
  if (under === undefined) return { damaged, isWithoutLog: false };
  damaged.close();
  return { damaged: under, isWithoutLog: hasLog };
}

/** Whether every table of a new database can be looked up in a damaged one. */
function hasSchemaOf(damaged: Database, empty: Database): boolean {
  const tables = (db: Database) =>
    db.query<{ sql: string }, []>("SELECT sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  try {
    return Bun.deepEquals(tables(damaged), tables(empty));
  } catch (error) {
    if (error instanceof SQLiteError) return false;
    throw error;
  }
}

function copyTable(from: Database, into: Database, table: string): { rows: number; isWhole: boolean } {
  const columns = into.query<{ name: string; pk: number }, []>(`PRAGMA table_info(${table})`).all();
  const names = columns.map(({ name }) => name).join(", ");
  const keys = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const insert = into.query(`INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  let rows = 0;
  const copy = (order: "ASC" | "DESC"): boolean => {
    const by = keys.map(({ name }) => `${name} ${order}`).join(", ");
    try {
      for (const row of from.query(`SELECT ${names} FROM ${table} ORDER BY ${by}`).iterate()) {
        rows += insertReadable(insert, Object.values(row as Record<string, SQLQueryBindings>)); // a row is what SQLite read
      }
      return true;
    } catch (error) {
      if (error instanceof SQLiteError) return false;
      throw error;
    }
  };
  const isWhole = copy("ASC");
  if (!isWhole) copy("DESC");
  return { rows, isWhole };
}

function insertReadable(insert: ReturnType<Database["query"]>, values: SQLQueryBindings[]): number {
  try {
    return insert.run(...values).changes;
  } catch (error) {
    // A damaged page may give a row whose values no column can have.
    if (error instanceof SQLiteError) return 0;
    throw error;
  }
}

function mend(db: Database): void {
  for (const table of ["series", "bucket", "day", "lifetime"]) {
    db.run(
      `INSERT OR IGNORE INTO cell (id) SELECT DISTINCT cell FROM ${table} WHERE cell NOT IN (SELECT id FROM cell)`,
    );
  }
  const totals = COUNTERS.map((counter) => `SUM(${counter})`).join(", ");
  db.run(`INSERT OR IGNORE INTO lifetime (cell, ${COUNTERS.join(", ")}) SELECT cell, ${totals} FROM day GROUP BY cell`);
  for (const table of ["target_url", "process", "mark", "deployment", "series", "snapshot", "observed"]) {
    db.run(`DELETE FROM ${table} WHERE target NOT IN (SELECT id FROM target)`);
  }
  db.run("DELETE FROM process_value WHERE process NOT IN (SELECT id FROM process)");
  db.run("DELETE FROM series WHERE process NOT IN (SELECT id FROM process) OR name NOT IN (SELECT id FROM name)");
  db.run("DELETE FROM mark WHERE name NOT IN (SELECT id FROM name)");
}

/** Makes every series that is not known any more a baseline: what it counts may be booked already. */
function forgetMarks(db: Database): void {
  const targets = db.query<{ id: number; firstPageAt: number; firstMarkAt: number }, []>(
    "SELECT id, first_page_at AS firstPageAt, first_mark_at AS firstMarkAt FROM target",
  );
  const forget = db.query(
    "UPDATE target SET forgotten_before = MAX(COALESCE(forgotten_before, 0), last_page_at + ?2) WHERE id = ?1",
  );
  for (const target of targets.all()) forget.run(target.id, clockAheadMs(target));
  db.run("UPDATE process SET last_page = 0");
}
