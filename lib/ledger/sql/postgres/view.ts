import type { PostgresAddress } from "../../postgres/address.ts";
import { LedgerError } from "../ledger-error.ts";
import type { LedgerSql, LedgerView } from "../ledger-sql.ts";
import { connect, type PostgresConnection } from "./connection.ts";

/** Connections of one process that answer at the same time; what comes beyond them waits. */
const MOST_CONNECTIONS = 4;

type Pool = {
  /** Has a connection do something, and closes it where that fails. */
  using<Value>(work: (connection: PostgresConnection) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

/** At most `most` connections, opened as they are needed. */
function createPool(address: PostgresAddress, most: number): Pool {
  const idle: PostgresConnection[] = [];
  const busy = new Set<PostgresConnection>();
  const waiting: (() => void)[] = [];
  let taken = 0;
  let isClosed = false;
  const take = async (): Promise<PostgresConnection> => {
    if (taken >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else taken += 1;
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (!kept.isLost) return kept;
    }
    return connect(address);
  };
  /** The place of the one that ends goes to who has waited longest. */
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  };
  const using: Pool["using"] = async (work) => {
    if (isClosed) throw new LedgerError("The ledger was closed", { reason: "away" });
    let connection: PostgresConnection | undefined;
    try {
      connection = await take();
      busy.add(connection);
      const value = await work(connection);
      idle.push(connection);
      return value;
    } catch (error) {
      // What it had begun ends with it.
      await connection?.end();
      throw error;
    } finally {
      if (connection) busy.delete(connection);
      leave();
    }
  };
  return {
    using,
    async close() {
      isClosed = true;
      await Promise.all([...idle.splice(0), ...busy].map((connection) => connection.end()));
    },
  };
}

/** A ledger in PostgreSQL as questions see it; connections are opened as they are needed. Its errors are `LedgerError`s. */
export function postgresView(address: PostgresAddress): LedgerView {
  const pool = createPool(address, MOST_CONNECTIONS);
  // Whether the ledger is there and has changed is known at once, however many long questions it has.
  const watch = createPool(address, 1);
  const { using } = pool;
  const sql: LedgerSql = {
    dialect: "postgres",
    rows: (statement, parameters) => using((connection) => connection.sql.rows(statement, parameters)),
    lists: (statement, parameters) => using((connection) => connection.sql.lists(statement, parameters)),
    each: (statement, parameters, onRow) => using((connection) => connection.sql.each(statement, parameters, onRow)),
    run: (statement, parameters) => using((connection) => connection.sql.run(statement, parameters)),
  };
  return {
    sql,
    snapshot: (work) =>
      using(async (connection) => {
        await connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const value = await work(connection.sql);
        await connection.script("COMMIT");
        return value;
      }),
    async version() {
      const question = "SELECT value FROM meta WHERE name = 'changes'";
      const [row] = await watch.using((connection) => connection.sql.rows<{ value: string }>(question));
      return row?.value ?? "";
    },
    async close() {
      await Promise.all([pool.close(), watch.close()]);
    },
  };
}
