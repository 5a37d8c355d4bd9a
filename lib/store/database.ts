import { Database, SQLiteError } from "bun:sqlite";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MIGRATIONS } from "./migrations.ts";
import { type Contents, contentsOf } from "./predecessor/contents.ts";
import { isBeingTakenOver } from "./predecessor/files.ts";
import { isBeingRepaired, repair } from "./recover.ts";

const BUSY_TIMEOUT_MS = 10_000;
const WAL_ATTEMPTS = 50;

/** Why a database cannot be used; `message` is one line that names the file and what to do. */
type StoreFailure = {
  readonly reason: "missing" | "newer_schema" | "damaged" | "cannot_open" | "predecessor" | "foreign";
  readonly message: string;
};

export type OpenResult =
  /** `warning` says that a damaged file was put aside, and what was carried over. */
  | { readonly kind: "open"; readonly db: Database; readonly path: string; readonly warning?: string }
  | { readonly kind: "failed"; readonly failure: StoreFailure };

/**
 * Opens the database for reading and writing; makes the file and its folder, and brings the schema up to date. A file
 * that is no database or is damaged (`isDamaged` where the caller has found that out) is put aside and what can be read
 * carried over.
 */
export function openForWriting(path: string, isDamaged = false): OpenResult {
  const absolute = resolve(path);
  try {
    mkdirSync(dirname(absolute), { recursive: true });
  } catch (error) {
    return failed("cannot_open", `Cannot make the folder of the database ${absolute}: ${reasonOf(error)}`);
  }
  const connect = () => open(absolute, () => new Database(absolute, { create: true, strict: true }), true);
  if (!isBeingRepaired(absolute)) {
    const opened = connect();
    if (opened.kind === "failed" && opened.failure.reason !== "damaged") return opened;
    if (opened.kind === "open") {
      // Another process may have repaired it in the meantime.
      if (!isDamaged || isSound(opened.db)) return opened;
      opened.db.close();
    }
  }
  return openRepaired(absolute, connect);
}

function isSound(db: Database): boolean {
  try {
    return db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check === "ok";
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function openRepaired(path: string, connect: () => OpenResult): OpenResult {
  try {
    const openNew = (): Database => {
      const opened = connect();
      if (opened.kind === "failed") throw new RepairFailure(opened.failure.message);
      return opened.db;
    };
    const warning = repair(path, openNew, Date.now());
    if (warning === undefined)
      return failed("cannot_open", `The database ${path} is being repaired by another process`);
    const opened = connect();
    return opened.kind === "open" ? { ...opened, warning } : opened;
  } catch (error) {
    if (error instanceof RepairFailure) return failed("cannot_open", error.message);
    return failed("cannot_open", `Cannot repair the damaged database ${path}: ${reasonOf(error)}`);
  }
}

class RepairFailure extends Error {}

/** Opens an existing database for reading; never makes one. */
export function openForReading(path: string): OpenResult {
  const absolute = resolve(path);
  if (!existsSync(absolute)) {
    return failed(
      "missing",
      `There is no database at ${absolute}: run litellm-pulse serve or scrape-once first, or set LITELLM_PULSE_DB_PATH`,
    );
  }
  return open(absolute, () => new Database(absolute, { readonly: true, strict: true }), false);
}

/** Opens an existing database for writing; never makes one. */
export function openExisting(path: string): OpenResult {
  const found = openForReading(path);
  if (found.kind === "failed") return found;
  found.db.close();
  return openForWriting(path);
}

/** A database that lives as long as the process, for the time in which no file can be written. */
export function openInMemory(): Database {
  const db = new Database(":memory:", { strict: true });
  db.run("PRAGMA foreign_keys = ON");
  migrate(db);
  return db;
}

/** Whether an error means that the file is no database or a damaged one. */
export function isDamage(error: unknown): boolean {
  return error instanceof SQLiteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code ?? "");
}

/** What SQLite says, as one line for a person; undefined for an error that is not SQLite's. */
export function sqliteReason(error: unknown): string | undefined {
  if (!(error instanceof SQLiteError)) return undefined;
  switch (error.code?.replace(/^(SQLITE_[A-Z]+)_.*/, "$1")) {
    case "SQLITE_FULL":
      return "the disk is full";
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return "another process holds the database locked";
    case "SQLITE_READONLY":
      return "the file or its folder may not be written";
    case "SQLITE_CANTOPEN":
      return "the file cannot be opened";
    case "SQLITE_NOTADB":
      return "the file is not a database";
    case "SQLITE_CORRUPT":
      return "the file is damaged";
    case "SQLITE_IOERR":
      return "the disk cannot be read or written";
    default:
      return error.message;
  }
}

function open(path: string, connect: () => Database, isWriter: boolean): OpenResult {
  if (isBeingTakenOver(path)) return unusable(path, "predecessor", isWriter);
  let db: Database | undefined;
  try {
    db = connect();
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const version = versionOf(db);
    if (version > MIGRATIONS.length) {
      db.close();
      return failed(
        "newer_schema",
        `The database ${path} has schema ${version}, this program knows up to ${MIGRATIONS.length}: use a newer litellm-pulse, or another LITELLM_PULSE_DB_PATH`,
      );
    }
    const contents = version === 0 ? contentsOf(db) : "nothing";
    if (contents !== "nothing") {
      db.close();
      return unusable(path, contents, isWriter);
    }
    if (isWriter) {
      switchToWal(db);
      db.run("PRAGMA synchronous = FULL");
      db.run("PRAGMA foreign_keys = ON");
      migrate(db);
    } else if (version === 0) {
      db.close();
      return failed("missing", `The database ${path} holds nothing yet: run litellm-pulse serve or scrape-once first`);
    }
    return { kind: "open", db, path };
  } catch (error) {
    db?.close();
    const next =
      isWriter || !isDamage(error)
        ? ""
        : "; run litellm-pulse serve or scrape-once, which put it aside and carry over what can be read";
    return failed(
      isDamage(error) ? "damaged" : "cannot_open",
      `Cannot open the database ${path}: ${reasonOf(error)}${next}`,
    );
  }
}

/** A database of the predecessor holds nothing to be read before it is taken over, which a writer has to see to. */
function unusable(path: string, contents: Exclude<Contents, "nothing">, isWriter: boolean): OpenResult {
  if (contents === "foreign") {
    return failed(
      "foreign",
      `The database ${path} belongs to another program and is left alone: set LITELLM_PULSE_DB_PATH to a file of its own`,
    );
  }
  return failed(
    isWriter ? "predecessor" : "missing",
    `The database ${path} is one of the Python predecessor: run litellm-pulse serve or scrape-once, which take it over`,
  );
}

/** Several processes that open a new file meet SQLITE_BUSY here whatever the timeout (SQLite 3.54), so it is retried. */
export function switchToWal(db: Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.run("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      const isBusy = error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY");
      if (!isBusy || attempt === WAL_ATTEMPTS) throw error;
      Bun.sleepSync(20);
    }
  }
}

/** Brings the schema up to date in one transaction. */
export function migrate(db: Database): void {
  migrateTo(db, MIGRATIONS);
}

/** Brings the schema up to the last of some migrations in one transaction. */
export function migrateTo(db: Database, migrations: readonly string[]): void {
  if (versionOf(db) === migrations.length) return;
  db.transaction(() => {
    for (let version = versionOf(db); version < migrations.length; version++) {
      db.run(migrations[version] ?? "");
      db.run(`PRAGMA user_version = ${version + 1}`);
    }
  }).immediate();
}

function versionOf(db: Database): number {
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

function failed(reason: StoreFailure["reason"], message: string): OpenResult {
  return { kind: "failed", failure: { reason, message } };
}

function reasonOf(error: unknown): string {
  return sqliteReason(error) ?? (error instanceof Error ? error.message : String(error));
}
