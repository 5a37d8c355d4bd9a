import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "../../support/api.ts";
import { openDatabase } from "../../support/postgres.ts";
import { runCli } from "../run-cli.ts";
import { aboutOf, examine } from "./examine.ts";

// A PostgreSQL server starts in a second, on a busy machine in many.
setDefaultTimeout(120_000);

test("who has neither a source of request logs nor a ledger hears nothing of them", async () => {
  using temporary = temporaryFolder();
  const { findings } = await examine({ DB_PATH: temporary.path, METRICS_URL: "http://127.0.0.1:1/" });
  expect(aboutOf(findings, "ledger")).toEqual([]);
});

test("who has a source only is well without LiteLLM's metrics, before the first sync and after it", async () => {
  using temporary = temporaryFolder();
  await using database = await openDatabase({ schema: "schema.sql" });
  const set = { DB_PATH: temporary.path, DATABASE_URL: database.url };
  const readable = expect.stringMatching(
    /^ok: public\.LiteLLM_SpendLogs of PostgreSQL at 127\.0\.0\.1:\d+\/\w+ may be read$/,
  );
  const before = await examine(set);
  expect(before.code).toBe(0);
  expect(aboutOf(before.findings, "ledger")).toEqual([
    readable,
    expect.stringMatching(/^note: There is no spend ledger at \//),
  ]);
  expect(aboutOf(before.findings, "LiteLLM")).toEqual([expect.stringMatching(/^ok: Its metrics are not scraped/)]);
  expect((await runCli(["sync"], { set, now: () => Date.now() })).code).toBe(0);
  const after = await examine(set);
  expect(aboutOf(after.findings, "ledger")).toEqual([
    readable,
    expect.stringMatching(/^ok: The spend ledger is \/\S+ \(/),
  ]);
});

test.each([
  [
    "a wrong password",
    "postgres",
    "nonsense",
    /^problem: PostgreSQL at \S+ refuses user "postgres": [^\n]+DATABASE_URL$/,
  ],
  [
    "a role that may read nothing",
    "doctor_blind",
    "k7x-9",
    /^problem: Role "doctor_blind" may not read column "startTime"/,
  ],
  [
    "a role that may not read some",
    "doctor_short",
    "q4z-3",
    /^note: Role "doctor_short" may not read column "end_user"/,
  ],
] as const)("%s at the source is found, without the password", async (_, user, password, expected) => {
  using temporary = temporaryFolder();
  await using database = await openDatabase({ schema: "schema.sql" });
  const columns = `request_id, "startTime", spend`;
  await database.sql.unsafe(`
    DO $$ BEGIN CREATE ROLE doctor_blind LOGIN PASSWORD 'k7x-9'; EXCEPTION WHEN duplicate_object THEN END $$;
    DO $$ BEGIN CREATE ROLE doctor_short LOGIN PASSWORD 'q4z-3'; EXCEPTION WHEN duplicate_object THEN END $$;
    GRANT SELECT (${columns}) ON "LiteLLM_SpendLogs" TO doctor_short`);
  const set = { DB_PATH: temporary.path, DATABASE_URL: database.urlFor(user, password) };
  const { code, findings } = await examine(set);
  const said = aboutOf(findings, "ledger");
  expect(said).toContainEqual(expect.stringMatching(expected));
  expect(code).toBe(said.some((line) => line.startsWith("problem")) ? 4 : 0);
  expect(said.join("\n")).not.toContain(password);
  await database.sql.unsafe("DROP OWNED BY doctor_short, doctor_blind");
});

test("a ledger in PostgreSQL is looked into, and a path beside its URL has no effect", async () => {
  using temporary = temporaryFolder();
  await using database = await openDatabase({ schema: "schema.sql" });
  const set = { DB_PATH: temporary.path, DATABASE_URL: database.url, LEDGER_URL: database.url };
  const first = await examine({ ...set, LEDGER_PATH: join(temporary.folder, "other.db") });
  expect(first.code).toBe(0);
  expect(aboutOf(first.findings, "ledger").slice(1)).toEqual([
    expect.stringMatching(/^note: LITELLM_PULSE_LEDGER_PATH has no effect/),
    expect.stringMatching(/^note: Schema litellm_pulse of PostgreSQL at \S+ holds no spend ledger yet/),
  ]);
  expect((await runCli(["sync"], { set, now: () => Date.now() })).code).toBe(0);
  expect(aboutOf((await examine(set)).findings, "ledger")).toContainEqual(
    expect.stringMatching(/^ok: The spend ledger is PostgreSQL at /),
  );
  await database.sql.unsafe("UPDATE litellm_pulse.meta SET value = '99' WHERE name = 'schema'");
  const newer = await examine(set);
  expect(newer.code).toBe(6);
  expect(aboutOf(newer.findings, "ledger")).toContainEqual(expect.stringMatching(/^problem: .* has schema 99/));
});
