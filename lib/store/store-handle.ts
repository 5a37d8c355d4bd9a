import type { Database } from "bun:sqlite";
import { type OpenResult, openInMemory } from "./database.ts";

/** The database of a long-running process: the file, or memory for as long as the file cannot be opened. */
export type StoreHandle = {
  db(): Database;
  readonly isInMemory: boolean;
  /** The absolute path of the file; undefined in memory. */
  readonly path: string | undefined;
  /** Why there is no file; undefined while there is one. */
  readonly error: string | undefined;
  /** Tries the file again if there is none; true when it was opened by that. What memory held is counted anew from it. */
  retry(): boolean;
  /** Writes the WAL back into the file and closes it. */
  close(): void;
};

/** Opens the store of a long-running process. `open` is tried at once and at each `retry`. */
export function createStoreHandle(open: () => OpenResult): StoreHandle {
  let db: Database;
  let path: string | undefined;
  let error: string | undefined;
  const first = open();
  if (first.kind === "open") {
    db = first.db;
    path = first.path;
  } else {
    db = openInMemory();
    error = first.failure.message;
  }
  return {
    db: () => db,
    get isInMemory() {
      return error !== undefined;
    },
    get path() {
      return path;
    },
    get error() {
      return error;
    },
    retry() {
      if (error === undefined) return false;
      const again = open();
      if (again.kind === "failed") {
        error = again.failure.message;
        return false;
      }
      db.close();
      db = again.db;
      path = again.path;
      error = undefined;
      return true;
    },
    close() {
      if (error === undefined) db.run("PRAGMA wal_checkpoint(TRUNCATE)");
      db.close();
    },
  };
}
