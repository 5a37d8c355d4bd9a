/** A PostgreSQL address taken apart. */
export type PostgresAddress = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** How the connection is encrypted, in libpq's words. */
  readonly sslMode: "disable" | "prefer" | "require" | "verify-full";
  /** The schemas to look in, from `schema` (Prisma's word) or `search_path`. */
  readonly searchPath: readonly string[];
  /** Where it is, free of secrets. */
  readonly label: string;
};

const SSL_MODES = new Map<string, PostgresAddress["sslMode"]>([
  ["disable", "disable"],
  ["allow", "prefer"],
  ["prefer", "prefer"],
  ["require", "require"],
  ["no-verify", "require"],
  ["verify-ca", "verify-full"],
  ["verify-full", "verify-full"],
]);

/**
 * Reads `postgres://user:password@host:port/database?…` as libpq and Prisma write it, so that LiteLLM's own
 * `DATABASE_URL` can be taken as it is. Parameters that mean nothing here (`connection_limit`, `pgbouncer` …) are left
 * out: the server would refuse them. Undefined where it is no such address.
 */
export function parseAddress(text: string): PostgresAddress | undefined {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) return undefined;
  const parameters = url.searchParams;
  const user = decoded(url.username) || parameters.get("user") || "postgres";
  const host = parameters.get("host") ?? (decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost");
  const port = Number(url.port || parameters.get("port") || 5432);
  const database = decoded(url.pathname.slice(1)) || user;
  const path = parameters.get("schema") ?? parameters.get("search_path") ?? optionsPath(parameters.get("options"));
  return {
    host,
    port,
    database,
    user,
    password: decoded(url.password) || (parameters.get("password") ?? ""),
    sslMode: SSL_MODES.get(parameters.get("sslmode") ?? "") ?? "prefer",
    searchPath: (path ?? "")
      .split(",")
      .map((name) => name.trim().replaceAll('"', ""))
      .filter((name) => name !== ""),
    label: `${host.includes(":") ? `[${host}]` : host}:${port}/${database}`,
  };
}

function optionsPath(options: string | null): string | undefined {
  return /search_path=([^\s]+)/.exec(options ?? "")?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone percent sign is meant as it is written.
  }
}
