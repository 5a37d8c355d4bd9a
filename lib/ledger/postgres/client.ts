import postgres, { type Sql } from "postgres";
import type { PostgresAddress } from "./address.ts";
import { CONNECT_SECONDS, connectionOptions } from "./connection-options.ts";
import { CopyTap } from "./copy-tap.ts";
import { unlessSilent } from "./silence.ts";
import { identifier, literal } from "./sql-text.ts";

const IDLE_SECONDS = 120;
const USUAL: Patience = { silenceMs: 20_000, answerMs: CONNECT_SECONDS * 1000 };
/** A server that should have ended a statement long ago is gone. */
const GRACE_MS = 15_000;

/** After how much silence a server is asked over another connection whether it is there, and how long for. */
export type Patience = { readonly silenceMs: number; readonly answerMs: number };

/** Connections to a source, and the one way in which it is read. */
export type SourceClient = {
  readonly address: PostgresAddress;
  /**
   * Runs statements in one read-only transaction over a connection of its own, none of them longer than `timeoutMs`; `tap`
   * is where rows of a copy are taken off it. Ends with an error where the server falls silent.
   */
  read<Value>(timeoutMs: number, work: (sql: Sql, tap: CopyTap) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

/** Opens no connection yet: that is done when something is read. Reads at the same time have a connection each. */
export function openClient(address: PostgresAddress, { silenceMs, answerMs } = USUAL): SourceClient {
  const { searchPath } = address;
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  const path = searchPath.length === 0 ? "" : `SET LOCAL search_path = ${searchPath.map(identifier).join(", ")};`;
  const inTransaction = async <Value>({ sql }: Connection, timeoutMs: number, work: () => Promise<Value>) => {
    await sql.unsafe(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.round(timeoutMs)}; SET LOCAL TIME ZONE 'UTC'; SET LOCAL standard_conforming_strings = on; ${path}`,
    );
    const value = await work();
    await sql.unsafe("COMMIT");
    return value;
  };
  return {
    address,
    async read(timeoutMs, work) {
      const one = idle.pop() ?? connection(address);
      const { sql, tap } = one;
      open.add(one);
      tap.heardAt = performance.now();
      try {
        const value = await unlessSilent(
          inTransaction(one, timeoutMs, () => work(sql, tap)),
          {
            heardAt: () => tap.heardAt,
            silenceMs,
            longestMs: timeoutMs + GRACE_MS,
            isAnswering: () => isAnswering(address, answerMs),
          },
        );
        idle.push(one);
        return value;
      } catch (error) {
        // No ROLLBACK: on a socket that has gone, the package would throw where nobody can catch it.
        open.delete(one);
        await end(one);
        throw error;
      }
    },
    async close() {
      idle.length = 0;
      await Promise.all([...open].map(end));
      open.clear();
    },
  };
}

type Connection = { readonly sql: Sql; readonly tap: CopyTap };

/** One connection, made when it is used. */
function connection(address: PostgresAddress): Connection {
  const { host, port } = address;
  const tap = new CopyTap();
  // Not in the package's types: what makes its sockets.
  const path = host.includes("/") ? `${host}/.s.PGSQL.${port}` : undefined;
  const sockets = { socket: () => tap.open({ path, host, port }) };
  const sql = postgres({
    ...sockets,
    ...connectionOptions(address),
    idle_timeout: IDLE_SECONDS,
    // A pooler that hands out a connection per transaction keeps no prepared statements and refuses start-up settings.
    prepare: false,
    connection: { application_name: "litellm-pulse" },
  });
  return { sql, tap };
}

async function end({ sql, tap }: Connection): Promise<void> {
  await sql.end({ timeout: 0 });
  // A server that says nothing does not close its end either.
  tap.close();
}

/** Whether a server answers a new connection within some time; a refusal is an answer. */
async function isAnswering(address: PostgresAddress, withinMs: number): Promise<boolean> {
  const asked = connection(address);
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), withinMs);
  const answer = asked.sql.unsafe("SELECT 1").then(
    () => true,
    (error: unknown) => error instanceof postgres.PostgresError,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
    await end(asked);
  }
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
