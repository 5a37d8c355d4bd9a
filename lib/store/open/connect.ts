import { Database } from "bun:sqlite";
import { versionOf } from "./migrate.ts";

const BUSY_TIMEOUT_MS = 10_000;
/** Bun keeps this many prepared statements, and prepares any other one each time; a commit uses some fifty. */
const STATEMENTS_KEPT = 100;

/** Opens a connection that waits for others and keeps its statements prepared. */
export function connect(
  path: string,
  mode: { readonly create: true } | { readonly readwrite: true } | { readonly readonly: true },
): Database {
  Database.MAX_QUERY_CACHE_SIZE = STATEMENTS_KEPT;
  const db = new Database(path, { ...mode, strict: true });
  db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return db;
}

/**
 * One more connection to the file of an open one: it reads what was there before while a transaction of the first goes
 * on.
 */
export function connectBeside({ filename }: Database): Database {
  const beside = connect(filename, { readonly: true });
  try {
    versionOf(beside);
    return beside;
  } catch (error) {
    beside.close();
    throw error;
  }
}
