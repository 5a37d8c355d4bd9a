import { constants, Database, SQLiteError } from "bun:sqlite";
import { accessSync, constants as modes, statSync } from "node:fs";
import { INDEX_BYTES, isDamage } from "./failure-reason.ts";

/** Opens a database file for reading without the log and the index beside it, as if nobody could change it. */
export function openFileAlone(path: string): Database {
  const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
  return new Database(`${Bun.pathToFileURL(path)}?immutable=1`, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

/** Whether the file alone is the whole database: no process has it open, and none was killed while it had. */
export function isComplete(path: string): boolean {
  return sizeOf(`${path}-wal`) === 0 && sizeOf(`${path}-journal`) === 0 && sizeOf(`${path}-shm`) < INDEX_BYTES;
}

/** Whether this user may write a file. */
export function mayBeWritten(path: string): boolean {
  try {
    accessSync(path, modes.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether an error means that SQLite could not make the log or the index that it needs beside a file. */
export function isWithoutIndex(error: unknown): boolean {
  return error instanceof SQLiteError && /^SQLITE_(CANTOPEN|READONLY|IOERR_SHM)/.test(error.code ?? "");
}

/**
 * Closes a connection and leaves the log beside the file as it is. The last connection that may write would put the log into
 * the file, which is not ours or would be damaged by it; so a read-only one is opened first and closed last.
 */
export function closeUntouched(db: Database): void {
  let observer: Database | undefined;
  try {
    observer = new Database(db.filename, { readonly: true });
    observer.run("BEGIN");
    observer.query("PRAGMA user_version").get();
  } catch (error) {
    if (!(error instanceof SQLiteError)) throw error;
  }
  db.close();
  observer?.close();
}

/** Whether nothing in a database is damaged. */
export function isSound(db: Database): boolean {
  try {
    return db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check === "ok";
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
