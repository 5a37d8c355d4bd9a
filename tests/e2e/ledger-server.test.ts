import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Serving, until } from "../support/binary.ts";
import { openDatabase, type TestDatabase } from "../support/postgres.ts";
import { fillSpendLogs } from "../support/spend-rows.ts";

setDefaultTimeout(180_000);

/** Another server takes over within a minute. */
const MINUTE_MS = 60_000;

/** What the ledger in PostgreSQL holds, and what its source. */
async function countsOf({ sql }: TestDatabase): Promise<{ ledger: unknown; source: unknown }> {
  const [ledger] = await sql`
    SELECT coalesce(sum(requests), 0)::int AS requests, round(coalesce(sum(spend), 0)::numeric, 6)::text AS spend
    FROM litellm_pulse.quarter AS c JOIN litellm_pulse.sheet ON sheet.id = c.sheet WHERE is_live = 1`;
  const [source] = await sql`
    SELECT count(*)::int AS requests, round(sum(spend)::numeric, 6)::text AS spend FROM "LiteLLM_SpendLogs"`;
  return { ledger, source };
}

async function untilEqual(database: TestDatabase, what: string): Promise<void> {
  const isThere = async () => {
    const { ledger, source } = await countsOf(database).catch(() => ({ ledger: 0, source: 1 }));
    return JSON.stringify(ledger) === JSON.stringify(source);
  };
  await until(what, isThere, MINUTE_MS);
}

test("of two servers on one ledger one folds, and the other takes over when it is killed in the middle", async () => {
  await using database = await openDatabase({ schema: "schema.sql" });
  await using sandbox = openSandbox();
  const add = (rows: number, from: number, days: number) =>
    fillSpendLogs(database.sql, { rows, days, until: Date.now(), seed: 0.25, from });
  await add(4000, 0, 6);
  const serve = (name: string): Promise<Serving> => {
    const set = { LEDGER_URL: database.url, DATABASE_URL: database.url, LEDGER_INTERVAL: "0.2", LOG_LEVEL: "info" };
    return sandbox.serve({ set: { ...set, DB_PATH: `${sandbox.folder}/${name}.db` } });
  };
  const first = await serve("first");
  await untilEqual(database, "the past is in the ledger");
  const second = await serve("second");
  await until("the second stands by", () => second.stderr().includes("waiting for it"), MINUTE_MS);
  const health = await fetch(`${second.url}/health`);
  expect(await health.json()).toMatchObject({ status: "ok" });
  await add(3000, 100_000, 0.01);
  // Wherever it is in reading them.
  first.kill("SIGKILL");
  await first.finished;
  await add(500, 200_000, 0.01);
  await untilEqual(database, "the second has taken over");
  expect(first.stderr() + second.stderr()).not.toContain("top-secret-9");
  // A single run is let in between.
  expect(await sandbox.run(["sync", "--ledger-url", database.url, "--database-url", database.url])).toMatchObject({
    code: 0,
  });
  second.kill("SIGTERM");
  expect((await second.finished).code).toBe(0);
  const { ledger, source } = await countsOf(database);
  expect(ledger).toEqual(source);
});

test("a ledger's server that is away ends commands with 6 and one line", async () => {
  await using sandbox = openSandbox();
  const url = "postgres://pulse:top-secret-9@127.0.0.1:1/ledger";
  const imported = await sandbox.run(["import", "-"], { set: { LEDGER_URL: url }, stdin: '{"request_id": "a"}\n' });
  expect(imported).toMatchObject({ code: 6, stdout: "" });
  expect(imported.stderr).toContain("PostgreSQL at 127.0.0.1:1/ledger cannot be reached");
  expect(imported.stderr.trim().split("\n")).toHaveLength(1);
  expect(imported.stderr).not.toContain("top-secret-9");
});

test("doctor looks at the ledger's server, and knows that a source without a page means no scraping", async () => {
  await using database = await openDatabase({ schema: "schema.sql" });
  await using sandbox = openSandbox();
  const examined = async (LEDGER_URL: string) => {
    const set = { LEDGER_URL, DATABASE_URL: database.url, PORT: "0" };
    const { code, stdout } = await sandbox.run(["doctor", "--json"], { set });
    const findings: readonly { about: string; level: string; message: string }[] = JSON.parse(stdout).findings;
    return { code, of: (about: string) => findings.filter((one) => one.about === about) };
  };
  const empty = await examined(database.url);
  expect(empty.of("LiteLLM")).toMatchObject([{ level: "ok", message: expect.stringContaining("are not scraped") }]);
  expect(empty.of("ledger")).toMatchObject([
    { level: "ok", message: expect.stringContaining("LiteLLM_SpendLogs") },
    { level: "note", message: expect.stringContaining("holds no spend ledger") },
  ]);
  expect(await sandbox.run(["sync"], { set: { LEDGER_URL: database.url, DATABASE_URL: database.url } })).toMatchObject({
    code: 0,
  });
  expect((await examined(database.url)).of("ledger")).toMatchObject([{ level: "ok" }, { level: "ok" }]);
  const away = await examined("postgres://pulse:top-secret-9@127.0.0.1:1/ledger");
  expect(away.code).toBe(6);
  expect(away.of("ledger")).toMatchObject([
    { level: "ok" },
    { level: "problem", message: expect.stringContaining("cannot be reached") },
  ]);
});
