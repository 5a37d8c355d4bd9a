import type { Database } from "bun:sqlite";

/** Lets several queries see the same state of the store, whatever other processes write meanwhile. */
export function inOneView<Value>(db: Database, read: () => Value): Value {
  return db.transaction(read).deferred();
}
