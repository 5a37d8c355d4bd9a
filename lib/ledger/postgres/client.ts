import postgres, { type Sql } from "postgres";
import type { SourceAddress } from "./address.ts";
import { CopyTap } from "./copy-tap.ts";
import { identifier, literal } from "./sql-text.ts";

const CONNECT_SECONDS = 10;
const IDLE_SECONDS = 120;

/** Connections to a source, and the one way in which it is read. */
export type SourceClient = {
  readonly address: SourceAddress;
  /**
   * Runs statements in one read-only transaction over a connection of its own, none of them longer than `timeoutMs`; `tap`
   * is where rows of a copy are taken off it.
   */
  read<Value>(timeoutMs: number, work: (sql: Sql, tap: CopyTap) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

/** Opens no connection yet: that is done when something is read. Reads at the same time have a connection each. */
export function openClient(address: SourceAddress): SourceClient {
  const { searchPath } = address;
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  const path = searchPath.length === 0 ? "" : `SET LOCAL search_path = ${searchPath.map(identifier).join(", ")};`;
  return {
    address,
    async read(timeoutMs, work) {
      const one = idle.pop() ?? connection(address);
      const { sql, tap } = one;
      open.add(one);
      try {
        await sql.unsafe(
          `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.round(timeoutMs)}; SET LOCAL TIME ZONE 'UTC'; SET LOCAL standard_conforming_strings = on; ${path}`,
        );
        const value = await work(sql, tap);
        await sql.unsafe("COMMIT");
        idle.push(one);
        return value;
      } catch (error) {
        // No ROLLBACK: on a socket that has gone, the package would throw where nobody can catch it.
        open.delete(one);
        await sql.end({ timeout: 0 });
        throw error;
      }
    },
    async close() {
      idle.length = 0;
      await Promise.all([...open].map(({ sql }) => sql.end({ timeout: 0 })));
      open.clear();
    },
  };
}

type Connection = { readonly sql: Sql; readonly tap: CopyTap };

/** One connection, made when it is used: the package lets a transaction be begun by hand only where there is no other. */
function connection({ host, port, database, user, password, sslMode }: SourceAddress): Connection {
  const tap = new CopyTap();
  // Not in the package's types: what makes its sockets.
  const path = host.includes("/") ? `${host}/.s.PGSQL.${port}` : undefined;
  const sockets = { socket: () => tap.open({ path, host, port }) };
  const sql = postgres({
    ...sockets,
    host,
    port,
    database,
    user,
    password,
    ssl: sslMode === "disable" ? false : sslMode,
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    idle_timeout: IDLE_SECONDS,
    // A pooler that hands out a connection per transaction keeps no prepared statements and refuses start-up settings.
    prepare: false,
    fetch_types: false,
    connection: { application_name: "litellm-pulse" },
    onnotice: () => {},
  });
  return { sql, tap };
}

/** The rows of a statement with parameters. */
export async function rowsOf(
  sql: Sql,
  statement: string,
  parameters: readonly (string | number)[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return sql.unsafe(statement, [...parameters]);
}

/** A list of texts as SQL writes it, for `IN (…)`. */
export function literals(texts: readonly string[]): string {
  return texts.map(literal).join(", ");
}
