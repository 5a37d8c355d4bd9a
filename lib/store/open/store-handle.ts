import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { connectBeside } from "./connect.ts";
import { type OpenResult, openInMemory } from "./database.ts";
import { failureReason } from "./failure-reason.ts";
import { closeUntouched } from "./file-alone.ts";

/** The database of a long-running process: the file, or memory for as long as the file cannot be opened. */
export type StoreHandle = {
  /** The connection that books. */
  db(): Database;
  /** The connection that answers read from, also in the middle of a booking; opened when it is first asked for. */
  reader(): Database;
  /** Whether answers read from the connection that books, as they do in memory. */
  readonly isShared: boolean;
  readonly isInMemory: boolean;
  /** The absolute path of the file; undefined in memory. */
  readonly path: string | undefined;
  /** Why there is no file; undefined while there is one. */
  readonly error: string | undefined;
  /** Whether that is because the file is the predecessor's and has to be taken over first. */
  readonly awaitsTakeOver: boolean;
  /** Lets go of a file that was removed or replaced while it was open, and goes on in memory; true when that was so. */
  letGoOfLostFile(): boolean;
  /**
   * Puts the damaged file aside and goes on with what could be carried over; false where that failed, and in memory
   * then.
   */
  repair(): boolean;
  /**
   * Opens the file once more in place of a connection that cannot write; false where that failed, and nothing changed
   * then.
   */
  reopen(): boolean;
  /** What the newest opening of the file has to say, such as that it was damaged. */
  readonly warning: string | undefined;
  /** Tries the file again if there is none; true when it was opened by that. */
  retry(): boolean;
  /** Writes the WAL back into the file and closes it. */
  close(): void;
};

/** Opens the store of a long-running process. `open` is tried at once and at each `retry`. */
export function createStoreHandle(open: (isDamaged?: boolean) => OpenResult): StoreHandle {
  let path: string | undefined;
  let file: string | undefined;
  let warning: string | undefined;
  let failure: Extract<OpenResult, { kind: "failed" }>["failure"] | undefined;
  const use = (opened: OpenResult): Connections => {
    failure = opened.kind === "failed" ? opened.failure : undefined;
    if (opened.kind === "failed") return connectionsOf(openInMemory());
    path = opened.path;
    file = identityOf(path);
    warning = opened.warning;
    return connectionsOf(opened.db);
  };
  let current = use(open());
  return {
    db: () => current.db,
    reader() {
      current.reader ??= openReader(current.db);
      return current.reader;
    },
    get isShared() {
      return current.reader === current.db;
    },
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
    letGoOfLostFile() {
      if (failure !== undefined || path === undefined || isStill(path, file)) return false;
      close(current);
      current = connectionsOf(openInMemory());
      failure = { reason: "missing", message: `The database ${path} was removed or replaced while it was in use` };
      return true;
    },
    get warning() {
      return warning;
    },
    repair() {
      close(current, closeUntouched);
      current = use(open(true));
      return failure === undefined;
    },
    reopen() {
      const again = open();
      if (again.kind === "failed") return false;
      close(current);
      current = use(again);
      return true;
    },
    retry() {
      if (failure === undefined) return false;
      const again = open();
      if (again.kind === "failed") {
        failure = again.failure;
        return false;
      }
      close(current);
      current = use(again);
      return true;
    },
    close() {
      try {
        if (failure === undefined) current.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch (error) {
        // What the file cannot take now (a full disk) stays in the write-ahead log, where the next start finds it.
        if (failureReason(error) === undefined) throw error;
      }
      close(current);
    },
  };
}

/** The reader is undefined until it is asked for, since a service that nobody asks needs none. */
type Connections = { readonly db: Database; reader: Database | undefined };

function connectionsOf(db: Database): Connections {
  return { db, reader: db.filename === ":memory:" ? db : undefined };
}

function openReader(db: Database): Database {
  try {
    return connectBeside(db);
  } catch (error) {
    // Half of a booking is no answer.
    if (db.inTransaction) throw error;
    return db;
  }
}

/** The reader goes first, since the last one to close tidies up beside the file. */
function close({ db, reader }: Connections, closeLast: (db: Database) => void = (last) => last.close()): void {
  if (reader !== db) reader?.close();
  closeLast(db);
}

/** Whether the file at a path is the same; a path that may not be looked at for now says nothing else. */
function isStill(path: string, file: string | undefined): boolean {
  try {
    return identityOf(path) === file;
  } catch {
    return true;
  }
}

/** What tells the file at a path from another one that may lie there later; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
