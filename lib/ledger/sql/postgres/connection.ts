import postgres, { type Sql } from "postgres";
import type { PostgresAddress } from "../../postgres/address.ts";
import { connectionOptions } from "../../postgres/connection-options.ts";
import { sourceFailure } from "../../postgres/failure.ts";
import { identifier } from "../../postgres/sql-text.ts";
import { LedgerError } from "../ledger-error.ts";
import type { LedgerSql, SqlCell, SqlValue } from "../ledger-sql.ts";
import { postgresText, postgresValue } from "./text.ts";

/** The schema that holds the ledger's tables, unless the address names another. */
const OWN_SCHEMA = "litellm_pulse";
const STATEMENT_MS = 120_000;
/** A server that should have ended a statement long ago is gone, though its machine never said so. */
const GIVE_UP_MS = STATEMENT_MS + 15_000;
const ROWS_OF_CURSOR = 2000;
const INT8 = 20;
const NUMERIC = 1700;

/**
 * What each connection asks of the server, as far as the server knows it. A session whose machine has vanished ends within
 * half a minute, one that stands still in the middle of a transaction within one, and with them whatever they had locked.
 */
const SESSION: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "25000",
  idle_in_transaction_session_timeout: "45000",
  statement_timeout: String(STATEMENT_MS),
  // A plan for any parameters would be one for no range of days, and compiling costs more than an answer.
  plan_cache_mode: "force_custom_plan",
  jit: "off",
};

/** What a role needs of the ledger's tables. */
export const LEDGER_RIGHTS =
  "needs USAGE on the ledger's schema and SELECT, INSERT, UPDATE and DELETE on its tables (SELECT to answer only)";

const ADVICE = { setting: "LITELLM_PULSE_LEDGER_URL", rights: LEDGER_RIGHTS };

/** One connection, which is never opened again: what has begun on it ends with it. */
export type PostgresConnection = {
  readonly sql: LedgerSql;
  /** Runs statements without parameters, separated by semicolons. */
  script(statements: string): Promise<void>;
  /** Whether nothing can come over it any more. */
  readonly isLost: boolean;
  end(): Promise<void>;
};

/** The schema of a ledger's address. */
export function schemaOf({ searchPath }: PostgresAddress): string {
  return searchPath[0] ?? OWN_SCHEMA;
}

/**
 * Opens a connection to a ledger; `session` is asked of the server besides what every connection asks.
 *
 * @throws LedgerError
 */
export async function connect(
  address: PostgresAddress,
  session: Readonly<Record<string, string>> = {},
): Promise<PostgresConnection> {
  let lost: LedgerError | undefined;
  const sql = clientOf(address, () => {
    lost ??= new LedgerError(`PostgreSQL at ${address.label} closed the connection of the ledger`, { reason: "away" });
  });
  const ask = async <Value>(query: () => PromiseLike<Value>): Promise<Value> => {
    if (lost) throw lost;
    const timer = setTimeout(() => {
      lost ??= new LedgerError(`PostgreSQL at ${address.label} does not answer the ledger`, { reason: "away" });
      void sql.end({ timeout: 0 });
    }, GIVE_UP_MS);
    try {
      return await query();
    } catch (error) {
      const failure = lost ?? ledgerError(error, address);
      if (!isAnswer(error)) lost = failure;
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  };
  const connection: PostgresConnection = {
    sql: statementsOf(sql, ask),
    async script(text) {
      await ask(() => sql.unsafe(text));
    },
    get isLost() {
      return lost !== undefined;
    },
    async end() {
      lost ??= new LedgerError("The connection of the ledger was closed", { reason: "away" });
      await sql.end({ timeout: 0 });
    },
  };
  const wishes = { ...SESSION, ...session };
  try {
    await connection.sql.lists(
      `SELECT set_config(known.name, wish.setting, false)
         FROM unnest(?1::text[], ?2::text[]) AS wish(name, setting) JOIN pg_settings AS known ON known.name = wish.name`,
      [Object.keys(wishes), Object.values(wishes)],
    );
    return connection;
  } catch (error) {
    await connection.end();
    throw error;
  }
}

/** An error of the client as the ledger's own; bugs are thrown again. */
function ledgerError(error: unknown, address: PostgresAddress): LedgerError {
  const { reason, message } = sourceFailure(error, address, ADVICE);
  const sqlState = error instanceof postgres.PostgresError ? error.code : undefined;
  return new LedgerError(message, { reason, sqlState });
}

/** Whether the server has answered with an error and goes on, so that the connection can be used. */
function isAnswer(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === "ERROR";
}

type Ask = <Value>(query: () => PromiseLike<Value>) => Promise<Value>;

function statementsOf(sql: Sql, ask: Ask): LedgerSql {
  const query = (statement: string, parameters: readonly SqlValue[] = []) =>
    sql.unsafe(postgresText(statement), parameters.map(postgresValue), { prepare: true });
  return {
    dialect: "postgres",
    async rows<Row extends object>(statement: string, parameters?: readonly SqlValue[]) {
      return [...(await ask(() => query(statement, parameters)))] as unknown as Row[]; // As the statement says.
    },
    async lists(statement, parameters) {
      return [...(await ask(() => query(statement, parameters).values()))] as SqlCell[][]; // The types that are parsed.
    },
    async each<Row extends object>(statement: string, parameters: readonly SqlValue[], onRow: (row: Row) => void) {
      await ask(() =>
        query(statement, parameters).cursor(ROWS_OF_CURSOR, (rows) => {
          for (const row of rows) onRow(row as unknown as Row); // As the statement says.
        }),
      );
    },
    async run(statement, parameters) {
      return (await ask(() => query(statement, parameters))).count;
    },
  };
}

/** A client of one connection, which lasts until we end it. */
function clientOf(address: PostgresAddress, onClose: () => void): Sql {
  const client = postgres({
    ...connectionOptions(address),
    // A connection that ended by itself would take its transaction and its locks with it.
    idle_timeout: 0,
    max_lifetime: null,
    types: { whole: { to: INT8, from: [INT8, NUMERIC], parse: Number, serialize: String } },
    connection: { application_name: "litellm-pulse ledger", search_path: identifier(schemaOf(address)) },
    onclose: onClose,
  });
  return client as unknown as Sql; // Its type would name the type of `types`, which nobody asks it for.
}
