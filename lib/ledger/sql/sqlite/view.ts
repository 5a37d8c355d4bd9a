import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { LedgerSql, LedgerView, SqlCell, SqlValue } from "../ledger-sql.ts";
import { oneAtATime } from "../one-at-a-time.ts";

/** Statements over a SQLite connection: each is done when its promise is made. */
export function sqliteSql(db: Database): LedgerSql {
  return {
    dialect: "sqlite",
    async rows<Row extends object>(statement: string, parameters: readonly SqlValue[] = []) {
      return db.query<Row, SQLQueryBindings[]>(statement).all(...bindings(parameters));
    },
    async lists(statement, parameters = []) {
      // `values` is typed by column, not by row.
      return db
        .query<SqlCell[], SQLQueryBindings[]>(statement)
        .values(...bindings(parameters)) as unknown as SqlCell[][];
    },
    async each<Row extends object>(
      statement: string,
      parameters: readonly SqlValue[],
      onRow: (row: Row) => void,
    ): Promise<void> {
      for (const row of db.query<Row, SQLQueryBindings[]>(statement).iterate(...bindings(parameters))) onRow(row);
    },
    async run(statement, parameters = []) {
      return db.query<unknown, SQLQueryBindings[]>(statement).run(...bindings(parameters)).changes;
    },
  };
}

/**
 * A ledger's file as questions see it. Snapshots are taken on a second connection where there is one: on a single one all
 * else sees their state, too, as long as they last.
 */
export function sqliteView(db: Database, second = db): LedgerView {
  const sql = sqliteSql(db);
  const frozen = second === db ? sql : sqliteSql(second);
  // SQLite's data version changes with what others write, the count of changes with what this connection writes.
  const state = db.query<{ version: number; changes: number }, []>(
    "SELECT data_version AS version, total_changes() AS changes FROM pragma_data_version",
  );
  // A connection has one transaction at a time.
  const next = oneAtATime();
  return {
    sql,
    snapshot: (work) =>
      next(async () => {
        second.run("BEGIN");
        try {
          return await work(frozen);
        } finally {
          if (second.inTransaction) second.run("COMMIT");
        }
      }),
    async version() {
      const row = state.get();
      return `${row?.version} ${row?.changes}`;
    },
    close: () =>
      next(async () => {
        second.close();
        db.close();
      }),
  };
}

function bindings(parameters: readonly SqlValue[]): SQLQueryBindings[] {
  return parameters.map((value) => (isList(value) ? JSON.stringify(value) : value));
}

function isList(value: SqlValue): value is readonly number[] | readonly string[] {
  return Array.isArray(value);
}
