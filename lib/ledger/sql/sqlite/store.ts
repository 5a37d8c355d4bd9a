import type { Database } from "bun:sqlite";
import type { LedgerStore, LedgerTransaction } from "../ledger-store.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { addRows, setRows, textIds, tripleIds } from "./rows.ts";
import { sqliteSql } from "./view.ts";

/** Rows of one piece of writing, so that a transaction can end after some 30 ms. */
const ROWS_AT_ONCE = 240;

/** A ledger's file for folding, on a connection whose schema is up to date. */
export function sqliteStore(db: Database): LedgerStore {
  const next = oneAtATime();
  const sql = sqliteSql(db);
  const transaction: LedgerTransaction = {
    ...sql,
    textIds: async (texts) => textIds(db, texts),
    tripleIds: async (table, triples) => tripleIds(db, table, triples),
    addRows: async (table, block) => addRows(db, table, block),
    setRows: async (table, columns, rows) => setRows(db, table, columns, rows),
  };
  const write: LedgerStore["write"] = async (work, { onFailed } = {}) => {
    try {
      // A transaction that begins by reading would fail where another process writes meanwhile.
      db.run("BEGIN IMMEDIATE");
      const value = await work(transaction);
      db.run("COMMIT");
      return value;
    } catch (error) {
      if (db.inTransaction) db.run("ROLLBACK");
      onFailed?.();
      throw error;
    }
  };
  return {
    sql,
    rowsAtOnce: ROWS_AT_ONCE,
    write: (work, options = {}) =>
      next(async () => {
        if (options.isUnseen !== true) return write(work, options);
        // The log in front of the file is flushed as a whole, so that the next full commit carries these with it.
        db.run("PRAGMA synchronous = NORMAL");
        try {
          return await write(work, options);
        } finally {
          db.run("PRAGMA synchronous = FULL");
        }
      }),
    close: () => next(async () => db.close()),
  };
}
