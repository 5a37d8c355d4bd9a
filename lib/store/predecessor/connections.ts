import { Database } from "bun:sqlite";
import { MIGRATIONS } from "../migrations.ts";
import { isBusy } from "../open/failure-reason.ts";
import { migrate } from "../open/migrate.ts";
import { makePrivate } from "../open/private-file.ts";

/** A moment's wait for whoever looks into the file; longer waits are the caller's, between its steps. */
const SHORT_WAIT_MS = 40;

/**
 * Opens the database that is being filled, for this connection alone: another process cannot even read it until it is
 * closed, also by a kill. Undefined while another process has it. A commit does not wait for the disk, since a power cut
 * costs no more than the newest steps.
 */
export function openAside(path: string): Database | undefined {
  makePrivate(path);
  const db = new Database(path, { create: true, strict: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = NORMAL");
    db.run("PRAGMA foreign_keys = ON");
    migrate(db, MIGRATIONS);
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** Writes everything into the one file, so that it can be renamed. Others are still kept out until it is closed. */
export function foldIntoFile(db: Database): void {
  db.run("PRAGMA journal_mode = DELETE");
}

/** Opens the original for reading. */
export function openOriginal(path: string): Database {
  const db = new Database(path, { readwrite: true, strict: true });
  db.run(`PRAGMA busy_timeout = ${SHORT_WAIT_MS}`);
  db.run("PRAGMA query_only = 1");
  return db;
}

/**
 * Opens the original for this connection alone and writes its WAL back into it. Undefined while another program has it
 * open.
 */
export function openOriginalAlone(path: string): Database | undefined {
  const db = new Database(path, { readwrite: true, strict: true });
  try {
    db.run(`PRAGMA busy_timeout = ${SHORT_WAIT_MS}`);
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("BEGIN EXCLUSIVE");
    db.run("COMMIT");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
