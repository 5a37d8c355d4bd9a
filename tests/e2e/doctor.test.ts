import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aboutOf, type Shown } from "../cli/doctor/examine.ts";
import { binaryPath, openSandbox, type Sandbox, until } from "../support/binary.ts";
import { closedPort } from "../support/raw-server.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

type Options = NonNullable<Parameters<Sandbox["run"]>[1]>;

/** What doctor of the compiled program finds; LiteLLM is away and no port is asked unless said otherwise. */
async function examined(sandbox: Sandbox, { set = {}, ...options }: Options = {}) {
  const away = { METRICS_URL: `http://127.0.0.1:${closedPort()}/`, PORT: "0" };
  const ran = await sandbox.run(["doctor", "--json"], { ...options, set: { ...away, ...set } });
  expect(ran.stderr).toBe("");
  const findings: readonly Shown[] = JSON.parse(ran.stdout).findings;
  return { code: ran.code, findings };
}

describe("doctor", () => {
  test("beside a running serve finds all well and changes nothing", async () => {
    const { litellm } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, SCRAPE_INTERVAL: "3600" } });
    await until("a page is booked", async () => (await fetch(`${serving.url}/health`)).ok);
    const before = readFileSync(sandbox.dbPath);
    const { port, hostname } = new URL(serving.url);
    const { code, findings } = await examined(sandbox, {
      set: { METRICS_URL: server.metricsUrl, PORT: port, HOST: hostname },
    });
    expect({ code, problems: findings.filter(({ level }) => level === "problem") }).toEqual({ code: 0, problems: [] });
    expect(aboutOf(findings, "writers")).toEqual([
      `ok: The database is open in litellm-pulse (process ${serving.pid})`,
    ]);
    expect(aboutOf(findings, "server")).toEqual([`ok: litellm-pulse serve answers at ${serving.url} and says ok`]);
    expect(aboutOf(findings, "workers")[0]).toStartWith("ok: ");
    expect(readFileSync(sandbox.dbPath).equals(before)).toBe(true);
  });

  test("names the machine's time zone where none is set", async () => {
    await using sandbox = openSandbox();
    const zone = async (timezone: string | undefined, TZ: string) =>
      aboutOf((await examined(sandbox, { set: { TIMEZONE: timezone }, env: { TZ } })).findings, "time zone");
    expect(await zone(undefined, "Asia/Tokyo")).toEqual([
      "note: Days begin at midnight in UTC, and this machine is in Asia/Tokyo | Set LITELLM_PULSE_TIMEZONE=Asia/Tokyo",
    ]);
    expect(await zone("Europe/Berlin", "Asia/Tokyo")).toEqual(["ok: Days begin at midnight in Europe/Berlin"]);
    expect(await zone(undefined, "UTC")).toEqual(["ok: Days begin at midnight in UTC"]);
  });

  test("names a database in the folder in which it is started, and of a relative path the absolute one", async () => {
    await using sandbox = openSandbox();
    writeFileSync(join(sandbox.folder, "litellm_pulse.db"), "");
    const { findings } = await examined(sandbox, { set: { DB_PATH: "data/litellm_pulse.db" } });
    expect(aboutOf(findings, "other files")[0]).toContain(`another database at ${sandbox.folder}/litellm_pulse.db`);
    expect(aboutOf(findings, "database")[0]).toContain(`none yet at ${sandbox.folder}/data/litellm_pulse.db`);
  });

  test("of a user without rights names the folder and the file that may not be written", async () => {
    await using sandbox = openSandbox();
    const locked = join(sandbox.folder, "locked");
    mkdirSync(locked);
    const file = join(sandbox.folder, "open", "pulse.db");
    mkdirSync(join(sandbox.folder, "open"));
    writeFileSync(file, "");
    // Root may write everywhere, so another user runs it, from a place that this one can reach.
    const isRoot = process.getuid?.() === 0;
    const program = join(sandbox.folder, "litellm-pulse");
    copyFileSync(binaryPath(), program);
    for (const [path, mode] of [
      [program, 0o755],
      [sandbox.folder, 0o755],
      [locked, 0o555],
      [join(sandbox.folder, "open"), 0o777],
      [file, 0o444],
    ] as const) {
      chmodSync(path, mode);
    }
    const as = isRoot ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
    const doctor = async (dbPath: string) => {
      const set = { METRICS_URL: `http://127.0.0.1:${closedPort()}/`, PORT: "0", DB_PATH: dbPath };
      const { code, stdout } = await sandbox.bash(`${as}${program} doctor --json`, { set });
      return { code, found: aboutOf(JSON.parse(stdout).findings, "folder") };
    };
    const hint = "Give this user the right to write there, or set LITELLM_PULSE_DB_PATH to another place";
    expect(await doctor(join(locked, "pulse.db"))).toEqual({
      code: 6,
      found: [`problem: The folder ${locked} may not be written | ${hint}`],
    });
    expect(await doctor(file)).toEqual({ code: 6, found: [`problem: The file ${file} may not be written | ${hint}`] });
    chmodSync(locked, 0o755);
  });
});
