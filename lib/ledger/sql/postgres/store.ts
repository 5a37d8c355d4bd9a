import type { PostgresAddress } from "../../postgres/address.ts";
import { LedgerError } from "../ledger-error.ts";
import type { LedgerStore, LedgerTransaction, WriteOptions } from "../ledger-store.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { connect, type PostgresConnection } from "./connection.ts";
import { postgresTransaction } from "./rows.ts";
import { createTurns, type Turns } from "./turn.ts";
import { postgresView } from "./view.ts";

const ROWS_AT_ONCE = 5000;
const MOST_TRIES = 6;
const LONGEST_PAUSE_MS = 50;
/** Another transaction was in the way: a deadlock, a serialization failure, or a row that both wanted to make. */
const IN_THE_WAY = ["40P01", "40001", "23505"];

const BEGIN = "BEGIN";
/** Such rows reach the disk with the commit that makes them seen: the log before it is flushed as a whole. */
const BEGIN_UNSEEN = "BEGIN; SET LOCAL synchronous_commit = off";
const COMMIT = "COMMIT";
const COMMIT_CHANGE = "UPDATE meta SET value = (value::bigint + 1)::text WHERE name = 'changes'; COMMIT";

/** A ledger in PostgreSQL for folding, whose schema is up to date. What it throws is a `LedgerError`. */
export type PostgresStore = LedgerStore & { readonly turns: Turns };

/** Opens connections when they are needed, and another one when one was lost. */
export function postgresStore(address: PostgresAddress): PostgresStore {
  const next = oneAtATime();
  const view = postgresView(address);
  let connection: PostgresConnection | undefined;
  const connected = async (): Promise<PostgresConnection> => {
    // Whoever has the turn writes over the connection that holds it, or not at all.
    const bound = turns.boundTo();
    if (bound) return bound;
    if (connection?.isLost !== false) {
      await connection?.end();
      connection = await connect(address);
    }
    return connection;
  };
  const turns = createTurns(address, { next, connected });
  const attempt = async <Value>(
    work: (transaction: LedgerTransaction) => Promise<Value>,
    { isUnseen = false, onFailed }: WriteOptions,
  ): Promise<Value> => {
    const own = await connected();
    try {
      await own.script(isUnseen ? BEGIN_UNSEEN : BEGIN);
      const value = await work(postgresTransaction(own.sql));
      await own.script(isUnseen ? COMMIT : COMMIT_CHANGE);
      return value;
    } catch (error) {
      onFailed?.();
      await rollBack(own);
      throw error;
    }
  };
  return {
    sql: view.sql,
    rowsAtOnce: ROWS_AT_ONCE,
    turns,
    write: (work, options = {}) =>
      next(async () => {
        for (let tries = 1; ; tries++) {
          try {
            return await attempt(work, options);
          } catch (error) {
            if (!isInTheWay(error) || tries === MOST_TRIES) throw error;
            await Bun.sleep(Math.random() * LONGEST_PAUSE_MS);
          }
        }
      }),
    async close() {
      await next(async () => {
        turns.end();
        await connection?.end();
      });
      await view.close();
    },
  };
}

function isInTheWay(error: unknown): boolean {
  return error instanceof LedgerError && IN_THE_WAY.includes(error.sqlState ?? "");
}

/** Takes back what was begun; where the connection is lost, it went with it. */
async function rollBack(connection: PostgresConnection): Promise<void> {
  if (connection.isLost) return;
  try {
    await connection.script("ROLLBACK");
  } catch {
    await connection.end();
  }
}
