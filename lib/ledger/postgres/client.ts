import postgres, { type Sql, type TransactionSql } from "postgres";
import type { SourceAddress } from "./address.ts";
import { identifier, literal } from "./sql-text.ts";

const CONNECT_SECONDS = 10;
const IDLE_SECONDS = 120;

/** Connections to a source, and the one way in which it is read. */
export type SourceClient = {
  readonly address: SourceAddress;
  /** Runs statements in one read-only transaction, none of them longer than `timeoutMs`. */
  read<Value>(timeoutMs: number, work: (sql: TransactionSql) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

/** Opens no connection yet: that is done when something is read. At most `connections` at once. */
export function openClient(address: SourceAddress, connections: number): SourceClient {
  const { host, port, database, user, password, sslMode, searchPath } = address;
  const sql: Sql = postgres({
    host,
    port,
    database,
    user,
    password,
    ssl: sslMode === "disable" ? false : sslMode,
    max: connections,
    connect_timeout: CONNECT_SECONDS,
    idle_timeout: IDLE_SECONDS,
    // A pooler that hands out a connection per transaction keeps no prepared statements and refuses start-up settings.
    prepare: false,
    fetch_types: false,
    connection: { application_name: "litellm-pulse" },
    onnotice: () => {},
  });
  return {
    address,
    async read(timeoutMs, work) {
      const value = await sql.begin("read only", async (tx) => {
        const path = searchPath.length === 0 ? "" : `SET LOCAL search_path = ${searchPath.map(identifier).join(", ")};`;
        await tx.unsafe(
          `SET LOCAL statement_timeout = ${Math.round(timeoutMs)}; SET LOCAL TIME ZONE 'UTC'; SET LOCAL standard_conforming_strings = on; ${path}`,
        );
        return { value: await work(tx) };
      });
      return value.value;
    },
    close: () => sql.end({ timeout: 1 }),
  };
}

/** The rows of a statement with parameters. */
export async function rowsOf(
  sql: TransactionSql,
  statement: string,
  parameters: readonly (string | number)[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return sql.unsafe(statement, [...parameters]);
}

/** A list of texts as SQL writes it, for `IN (…)`. */
export function literals(texts: readonly string[]): string {
  return texts.map(literal).join(", ");
}
