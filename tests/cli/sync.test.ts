import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../support/postgres.ts";
import { fillSpendLogs } from "../support/spend-rows.ts";
import { runCli } from "./run-cli.ts";

setDefaultTimeout(120_000);

function temporaryLedger(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-sync-"));
  return { path: join(folder, "ledger.db"), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describe("sync", () => {
  test("says on stdout what it folded, in words and as JSON, and nothing the second time", async () => {
    await using database = await openDatabase({ schema: "schema.sql" });
    using ledger = temporaryLedger();
    await fillSpendLogs(database.sql, { rows: 60, days: 2, until: Date.now(), seed: 0.5 });
    const set = { DATABASE_URL: database.url, LEDGER_PATH: ledger.path };
    const first = await runCli(["sync"], { set });
    expect([first.code, first.err]).toEqual([0, ""]);
    expect(first.out).toMatch(/^Folded 60 requests from public\.LiteLLM_SpendLogs in [\d.]+ s\n$/);
    const second = await runCli(["sync", "--json"], { set });
    expect(JSON.parse(second.out)).toMatchObject({
      schema_version: 1,
      table: "public.LiteLLM_SpendLogs",
      counted: 0,
      late: 0,
      left_alone: [],
    });
  });

  test("takes the address from a file, and ends with 4 and one line without the password when it is refused", async () => {
    await using database = await openDatabase();
    using ledger = temporaryLedger();
    const url = database.urlFor("postgres", "hunter2-wrong");
    const ran = await runCli(["sync"], {
      set: { DATABASE_URL_FILE: "/url", LEDGER_PATH: ledger.path },
      files: { "/url": url },
    });
    expect([ran.code, ran.out]).toEqual([4, ""]);
    expect(ran.err).toMatch(
      /^litellm-pulse: PostgreSQL at 127\.0\.0\.1:\d+\/test_\d+ refuses user "postgres": [^\n]*\n$/,
    );
    expect(ran.err).not.toContain("hunter2");
  });

  test("waits for a source that is away, a minute at most, and ends with 4", async () => {
    using ledger = temporaryLedger();
    let now = Date.UTC(2026, 10, 20);
    const ran = await runCli(["sync"], {
      set: { DATABASE_URL: "postgres://a:hunter2@127.0.0.1:9/b", LEDGER_PATH: ledger.path },
      now: () => (now += 10_000),
    });
    expect([ran.code, ran.out]).toEqual([4, ""]);
    expect(ran.err).toContain("PostgreSQL at 127.0.0.1:9/b cannot be reached");
    expect(ran.err).toContain("; trying again in 0.5 s");
    expect(ran.err).not.toContain("hunter2");
  });

  test.each([
    [[], {}, "There is nothing to read: set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL"],
    [["--since", "2026-11-01"], { DATABASE_URL: "postgres://a/b" }, "--since goes with --full"],
    [["--full", "--follow"], { DATABASE_URL: "postgres://a/b" }, "--full and --follow exclude each other"],
    [
      ["--full", "--since", "2026-02-30"],
      { DATABASE_URL: "postgres://a/b" },
      '--since is "2026-02-30", expected a UTC date such as 2026-11-21',
    ],
    [
      ["--full", "--since", "2026-11-20", "--until", "2026-11-19"],
      { DATABASE_URL: "postgres://a/b" },
      '--until is "2026-11-19", before --since, which is "2026-11-20"',
    ],
    [
      ["--full", "--force"],
      { DATABASE_URL: "postgres://a/b" },
      "--force replaces days for good: say which with --since or --until",
    ],
    [
      [],
      { DATABASE_URL: "mysql://a:hunter2@b/c" },
      expect.stringMatching(/^LITELLM_PULSE_DATABASE_URL is "\*\*\*", expected a postgresql:/),
    ],
    [
      [],
      { LEDGER_COLUMNS: "money=cost" },
      expect.stringMatching(/^LITELLM_PULSE_LEDGER_COLUMNS is "money=cost", expected names such as/),
    ],
  ])("%j with %j is wrong usage", async (argv, set: Record<string, string>, message) => {
    const ran = await runCli(["sync", ...argv], { set });
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect<unknown>(ran.err.slice("litellm-pulse: ".length, -1)).toEqual(message);
  });
});
