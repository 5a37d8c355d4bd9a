import { Database } from "bun:sqlite";
import { resolve } from "node:path";
import { isBusy } from "./failure-reason.ts";
import { makePrivate } from "./private-file.ts";

/** A turn that this process has; the system takes it back when the process ends, however that ends. */
export type Turn = { release(): void };

/**
 * Takes the turn at a database file, for work that many processes may do but only one at a time; undefined while another
 * has it. The turn is SQLite's own lock on an empty file beside, so that nobody who reads or writes the database waits.
 * @throws SQLiteError where that file cannot be made
 */
export function takeTurn(path: string): Turn | undefined {
  const beside = `${resolve(path)}.turn`;
  makePrivate(beside);
  const db = new Database(beside, { create: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    db.run("BEGIN EXCLUSIVE");
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
