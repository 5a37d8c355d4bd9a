import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openPageServer } from "../../e2e/page-server.ts";
import { openDatabase, temporaryFolder } from "../../support/api.ts";
import { until } from "../../support/binary.ts";
import { closedPort } from "../../support/raw-server.ts";
import { runCli } from "../run-cli.ts";
import { aboutOf, examine } from "./examine.ts";

setDefaultTimeout(120_000);

const PREDECESSOR = join(import.meta.dir, "../../fixtures/predecessor/0.3.0.db");

/** What doctor says of one thing about a database path, LiteLLM being away. */
async function said(about: string, dbPath: string, set: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await examine({ DB_PATH: dbPath, METRICS_URL: `http://127.0.0.1:${closedPort()}/`, ...set });
  return aboutOf(findings, about);
}

describe("database", () => {
  test("that is not there yet is named by its absolute path, and is not made", async () => {
    using temporary = temporaryFolder();
    const path = join(temporary.folder, "deep/er/pulse.db");
    expect(await said("database", path)).toEqual([
      `note: There is none yet at ${path} | litellm-pulse serve or scrape-once makes it`,
    ]);
    expect(await said("folder", path)).toEqual([`ok: ${dirname(path)} can be made, in ${temporary.folder}`]);
    expect(statSync(join(temporary.folder, "deep"), { throwIfNoEntry: false })).toBeUndefined();
  });

  test("that is well says how big it is and how fresh, and is left as it was", async () => {
    using temporary = temporaryFolder();
    openDatabase(temporary.path).close();
    const before = readFileSync(temporary.path);
    expect(await said("database", temporary.path)).toEqual([
      expect.stringMatching(/^ok: The database is \/\S+pulse\.db \(\d+\.\d MB, no scrape yet\)$/),
    ]);
    expect(readFileSync(temporary.path).equals(before)).toBe(true);
    await using server = openPageServer(() => new Response("# TYPE up gauge\nup 1\n"));
    const set = { METRICS_URL: server.metricsUrl, DB_PATH: temporary.path };
    expect(await runCli(["scrape-once"], { set, now: () => Date.now() })).toMatchObject({ code: 0 });
    expect(await said("database", temporary.path)).toEqual([
      expect.stringMatching(/newest scrape \d+ s ago\)$/),
      expect.stringMatching(/^problem: Of the newest scrapes: The page has no metrics of LiteLLM/),
    ]);
  });

  test.each<[what: string, make: (path: string) => void, expected: RegExp]>([
    ["that is damaged", (path) => writeFileSync(path, "not a database, ".repeat(1000)), /^problem: .*not a database/],
    ["of another program", (path) => new Database(path).run("CREATE TABLE other (x)"), /^problem: .*another program/],
    ["of a newer release", (path) => new Database(path).run("PRAGMA user_version = 9999"), /^problem: .*schema 9999/],
    ["that is a folder", (path) => mkdirSync(path), /^problem: Cannot open the database/],
    ["of the Python predecessor", (path) => cpSync(PREDECESSOR, path), /^note: .*Python predecessor.*take it over$/],
    ["that holds nothing", (path) => writeFileSync(path, ""), /^note: .*holds nothing yet/],
  ])("%s", async (_, make, expected) => {
    using temporary = temporaryFolder();
    make(temporary.path);
    const found = await said("database", temporary.path);
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found[0]).toContain(temporary.path);
  });

  test("is worse than LiteLLM, and LiteLLM than a setting", async () => {
    using temporary = temporaryFolder();
    writeFileSync(temporary.path, "not a database, ".repeat(1000));
    const away = { METRICS_URL: `http://127.0.0.1:${closedPort()}/` };
    expect((await examine({ ...away, DB_PATH: temporary.path, TIMEZON: "x" })).code).toBe(6);
    expect((await examine({ ...away, DB_PATH: `${temporary.path}2`, TIMEZON: "x" })).code).toBe(4);
  });
});

describe("folder", () => {
  test("that is a file", async () => {
    using temporary = temporaryFolder();
    writeFileSync(join(temporary.folder, "file"), "");
    expect(await said("folder", join(temporary.folder, "file/pulse.db"))).toEqual([
      `problem: ${temporary.folder}/file is on the way to the database and is not a folder | Set LITELLM_PULSE_DB_PATH to another place`,
    ]);
  });

  test("that may be written is well", async () => {
    using temporary = temporaryFolder();
    expect(await said("folder", temporary.path)).toEqual([`ok: ${temporary.folder} may be written`]);
  });
});

describe("other files", () => {
  test("in the usual places under the home are named with their age, and a link to the configured one is not", async () => {
    using temporary = temporaryFolder();
    using home = temporaryFolder();
    openDatabase(temporary.path).close();
    const other = join(home.folder, "data/litellm_pulse.db");
    mkdirSync(dirname(other));
    writeFileSync(other, "x".repeat(2_000_000));
    const long = (Date.now() - 5 * 86_400_000) / 1000;
    utimesSync(other, long, long);
    const { symlinkSync } = await import("node:fs");
    symlinkSync(temporary.path, join(home.folder, "litellm_pulse.db"));
    const set = { DB_PATH: temporary.path, METRICS_URL: `http://127.0.0.1:${closedPort()}/` };
    const { findings } = await examine(set, { env: { HOME: home.folder } });
    expect(aboutOf(findings, "other files")).toContain(
      `note: There is another database at ${other} (2.0 MB, written 5 d ago), which is not used | LITELLM_PULSE_DB_PATH=${other} would use it`,
    );
    expect(JSON.stringify(findings)).not.toContain(join(home.folder, "litellm_pulse.db"));
  });
});

describe("disk", () => {
  test("without room", async () => {
    // The kernel's own file systems say that nothing is free.
    expect(await said("disk", "/proc/pulse.db")).toEqual([
      "problem: Only 0 MB are free at /proc | Make room, or set LITELLM_PULSE_DB_PATH to another disk",
    ]);
  });

  test("with room is well", async () => {
    using temporary = temporaryFolder();
    expect(await said("disk", temporary.path)).toEqual([
      expect.stringMatching(/^(ok: |note: Only )\d+ MB are free at /),
    ]);
  });
});

describe("writers", () => {
  /** Another process that has the database open until it is disposed of. */
  async function holder(path: string): Promise<AsyncDisposable> {
    const script = `const { Database } = await import("bun:sqlite"); const db = new Database(${JSON.stringify(path)});
      db.query("SELECT * FROM target").all(); console.log("open"); await Bun.sleep(60_000);`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    const reader = child.stdout.getReader();
    await reader.read();
    return {
      async [Symbol.asyncDispose]() {
        child.kill();
        await child.exited;
      },
    };
  }

  test("that are several processes are named", async () => {
    using temporary = temporaryFolder();
    openDatabase(temporary.path).close();
    expect(await said("writers", temporary.path)).toEqual([]);
    await using _one = await holder(temporary.path);
    expect(await said("writers", temporary.path)).toEqual([
      expect.stringMatching(/^note: Another program has the database open: \S+ \(process \d+\) \| End it/),
    ]);
    await using _two = await holder(temporary.path);
    expect(await said("writers", temporary.path)).toEqual([
      expect.stringMatching(/^problem: 2 processes have \S+ open: .* and .* \| Let one litellm-pulse serve have it/),
    ]);
  });
});

describe("server", () => {
  test("of another program is told apart from nothing", async () => {
    using temporary = temporaryFolder();
    await using server = openPageServer(() => new Response("<html>"));
    const port = new URL(server.url).port;
    expect(await said("server", temporary.path, { PORT: port, HOST: "127.0.0.1" })).toEqual([
      `problem: Another program answers at ${server.url} | Set LITELLM_PULSE_PORT to a port that is free`,
    ]);
    const free = String(closedPort());
    expect(await said("server", temporary.path, { PORT: free, HOST: "127.0.0.1" })).toEqual([
      `note: No litellm-pulse serve answers at http://127.0.0.1:${free} | litellm-pulse serve starts it`,
    ]);
  });

  test("of ours says how it is", async () => {
    using temporary = temporaryFolder();
    const controller = new AbortController();
    let listening = "";
    const serving = runCli(["serve"], {
      set: { HOST: "127.0.0.1", PORT: "0", DB_PATH: temporary.path, METRICS_URL: `http://127.0.0.1:${closedPort()}/` },
      signal: controller.signal,
      onErr: (text) => {
        listening = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? listening;
      },
    });
    await until("it listens", () => listening !== "");
    const found = await said("server", temporary.path, { PORT: listening, HOST: "127.0.0.1" });
    controller.abort();
    await serving;
    expect(found).toEqual([expect.stringMatching(/^note: litellm-pulse serve answers at \S+ and says starting: /)]);
  });
});
