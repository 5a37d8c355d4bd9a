import type { PostgresAddress } from "./address.ts";

/** Seconds until a connection has to be open. */
export const CONNECT_SECONDS = 10;

/**
 * The options that each of our connections to a server has in common. Every client has one connection, since the package
 * lets a transaction be begun by hand only there.
 */
export function connectionOptions({ host, port, database, user, password, sslMode }: PostgresAddress) {
  return {
    host,
    port,
    database,
    user,
    password,
    ssl: sslMode === "disable" ? false : sslMode,
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    fetch_types: false,
    onnotice: () => {},
  } as const;
}
