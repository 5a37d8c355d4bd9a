import type { Database } from "bun:sqlite";
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MIGRATIONS } from "../migrations.ts";
import { type Contents, contentsOf } from "../predecessor/contents.ts";
import { isBeingTakenOver } from "../predecessor/files.ts";
import { isBeingRepaired, repair } from "../repair/repair.ts";
import { connect } from "./connect.ts";
import { errorCode } from "./error-code.ts";
import { failureReason, isDamage } from "./failure-reason.ts";
import { closeUntouched, isComplete, isSound, isWithoutIndex, mayBeWritten, openFileAlone } from "./file-alone.ts";
import { migrate, switchToWal, versionOf } from "./migrate.ts";
import { cureForRights } from "./not-writable.ts";
import { makePrivate } from "./private-file.ts";

const REPAIRERS = "litellm-pulse serve and scrape-once";
/** What to do about a damaged file, for commands that leave it alone. */
export const DAMAGE_ADVICE =
  "run litellm-pulse serve or scrape-once, which put it aside and carry over what can be read";

/** Why a database cannot be used; `message` is one line that names the file and what to do. */
type StoreFailure = {
  readonly reason: "missing" | "newer_schema" | "damaged" | "cannot_open" | "predecessor" | "foreign";
  readonly message: string;
};

export type OpenResult =
  /** `warning` says that a damaged file was put aside, and what was carried over. */
  | { readonly kind: "open"; readonly db: Database; readonly path: string; readonly warning?: string }
  | { readonly kind: "failed"; readonly failure: StoreFailure };

/** What a command wants of a database: an observer reads, a keeper changes what is there, an owner makes it as well. */
type Role = "observer" | "keeper" | "owner";

/**
 * Opens the database for reading and writing; makes the file and its folder, and brings the schema up to date. A file
 * that is no database or is damaged (`isDamaged` where the caller has found that out) is put aside and what can be read
 * carried over.
 */
export function openForWriting(path: string, isDamaged = false): OpenResult {
  const absolute = resolve(path);
  const opened = openOrRepair(absolute, isDamaged);
  if (opened.kind === "open" || opened.failure.reason !== "cannot_open") return opened;
  const cure = cureForRights(absolute);
  return cure === undefined ? opened : failed("cannot_open", `Cannot open the database ${absolute}: ${cure}`);
}

function openOrRepair(absolute: string, isDamaged: boolean): OpenResult {
  try {
    mkdirSync(dirname(absolute), { recursive: true });
  } catch (error) {
    return failed("cannot_open", `Cannot make the folder of the database ${absolute}: ${reasonOf(error)}`);
  }
  const connect = () => open(absolute, "owner");
  if (!isBeingRepaired(absolute)) {
    const opened = connect();
    if (opened.kind === "failed" && opened.failure.reason !== "damaged") return opened;
    if (opened.kind === "open") {
      // Another process may have repaired it in the meantime.
      if (!isDamaged || isSound(opened.db)) return opened;
      closeUntouched(opened.db);
    }
  }
  return openRepaired(absolute, connect);
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
    return failed("cannot_open", `Cannot repair the damaged database ${path}: ${reasonOf(error, path)}`);
  }
}

class RepairFailure extends Error {}

/** Opens an existing database for reading; never makes or changes one. */
export function openForReading(path: string): OpenResult {
  return openFound(resolve(path), "observer");
}

/** Opens an existing database for writing; never makes or repairs one. */
export function openExisting(path: string): OpenResult {
  return openFound(resolve(path), "keeper");
}

function openFound(path: string, role: Role): OpenResult {
  if (isBeingRepaired(path)) {
    return failed(
      "cannot_open",
      `The repair of the damaged database ${path} has not ended: ${REPAIRERS} go on with it`,
    );
  }
  return isMissing(path)
    ? failed(
        "missing",
        `There is no database at ${path}: run litellm-pulse serve or scrape-once first, or set LITELLM_PULSE_DB_PATH`,
      )
    : open(path, role);
}

/** Whether nothing lies at a path, as far as this user may look. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return errorCode(error) === "ENOTDIR";
  }
}

/** A database that lives as long as the process, for the time in which no file can be written. */
export function openInMemory(): Database {
  const db = connect(":memory:", { create: true });
  db.run("PRAGMA foreign_keys = ON");
  migrate(db, MIGRATIONS);
  return db;
}

/** Lets a database go on without waiting for the disk: for one that nobody needs after a crash. */
export function forgoDurability(db: Database): void {
  db.run("PRAGMA synchronous = OFF");
}

function open(path: string, role: Role): OpenResult {
  if (isBeingTakenOver(path)) return unusable(path, "predecessor", role);
  let db: Database | undefined;
  try {
    db = role === "observer" ? connectForReading(path) : connectForWriting(path, role);
    const { version, contents } = stateOf(db);
    if (version > MIGRATIONS.length) {
      closeUntouched(db);
      return failed(
        "newer_schema",
        `The database ${path} has schema ${version}, this program knows up to ${MIGRATIONS.length}: use a newer litellm-pulse, or another LITELLM_PULSE_DB_PATH`,
      );
    }
    if (version === 0 && contents !== "nothing") {
      closeUntouched(db);
      return unusable(path, contents, role);
    }
    if (version === 0 && role !== "owner") {
      db.close();
      return failed("missing", `The database ${path} holds nothing yet: run litellm-pulse serve or scrape-once first`);
    }
    if (role !== "observer") {
      switchToWal(db);
      db.run("PRAGMA synchronous = FULL");
      db.run("PRAGMA foreign_keys = ON");
      migrate(db, MIGRATIONS);
    }
    return { kind: "open", db, path };
  } catch (error) {
    if (db !== undefined) closeUntouched(db);
    const next = role === "owner" || !isDamage(error) ? "" : `; ${DAMAGE_ADVICE}`;
    return failed(
      isDamage(error) ? "damaged" : "cannot_open",
      `Cannot open the database ${path}: ${reasonOf(error, path)}${next}`,
    );
  }
}

function connectForWriting(path: string, role: "keeper" | "owner"): Database {
  // SQLite opens a file that may only be read all the same, gives its mode to what it makes beside it, and refuses each
  // page.
  if (existsSync(path)) accessSync(path, constants.W_OK);
  else if (role === "owner") makePrivate(path);
  return connect(path, role === "owner" ? { create: true } : { readwrite: true });
}

/**
 * A reader too needs SQLite's log and index beside the file. Where they cannot be made (nothing may be written there, the
 * disk is full) the file alone is read, unless one of them is there: then a process may have it open. Nor are they made
 * beside a file that may only be read, since they would get its mode, and keep it when the file may be written again.
 */
function connectForReading(path: string): Database {
  if (!mayBeWritten(path) && isComplete(path)) return openFileAlone(path);
  const db = connect(path, { readonly: true });
  try {
    versionOf(db);
    return db;
  } catch (error) {
    db.close();
    if (!isWithoutIndex(error) || !isComplete(path)) throw error;
    return openFileAlone(path);
  }
}

/** A database of the predecessor holds nothing to be read before it is taken over, which a writer has to see to. */
function unusable(path: string, contents: Exclude<Contents, "nothing">, role: Role): OpenResult {
  if (contents === "foreign") {
    return failed(
      "foreign",
      `The database ${path} belongs to another program and is left alone: set LITELLM_PULSE_DB_PATH to a file of its own`,
    );
  }
  return failed(
    role === "owner" ? "predecessor" : "missing",
    `The database ${path} is one of the Python predecessor: run litellm-pulse serve or scrape-once, which take it over`,
  );
}

/** Schema and contents in one view: another process may be making the very same file. */
function stateOf(db: Database): { readonly version: number; readonly contents: Contents } {
  return db.transaction(() => ({ version: versionOf(db), contents: contentsOf(db) }))();
}

function failed(reason: StoreFailure["reason"], message: string): OpenResult {
  return { kind: "failed", failure: { reason, message } };
}

function reasonOf(error: unknown, path?: string): string {
  return failureReason(error, path) ?? (error instanceof Error ? error.message : String(error));
}
