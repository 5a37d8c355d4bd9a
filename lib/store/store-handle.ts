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
  /** Whether that is because the file is the predecessor's and has to be taken over first. */
  readonly awaitsTakeOver: boolean;
  /** Tries the file again if there is none; true when it was opened by that. */
  retry(): boolean;
  /** Writes the WAL back into the file and closes it. */
  close(): void;
};

/** Opens the store of a long-running process. `open` is tried at once and at each `retry`. */
export function createStoreHandle(open: () => OpenResult): StoreHandle {
  let db: Database;
  let path: string | undefined;
  let failure: Extract<OpenResult, { kind: "failed" }>["failure"] | undefined;
  const first = open();
  if (first.kind === "open") {
    db = first.db;
    path = first.path;
  } else {
    db = openInMemory();
    failure = first.failure;
  }
  return {
    db: () => db,
    get isInMemory() {
      return failure !== undefined;
    },
    get path() {
      return path;
    },
    get error() {
      return failure?.message;
    },
    get awaitsTakeOver() {
      return failure?.reason === "predecessor";
    },
    retry() {
      if (failure === undefined) return false;
      const again = open();
      if (again.kind === "failed") {
        failure = again.failure;
        return false;
      }
      db.close();
      db = again.db;
      path = again.path;
      failure = undefined;
      return true;
    },
    close() {
      if (failure === undefined) db.run("PRAGMA wal_checkpoint(TRUNCATE)");
      db.close();
    },
  };
}
