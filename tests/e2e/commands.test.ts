import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { UsageAnswer } from "../../lib/query/usage/answer.ts";
import { version } from "../../package.json";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { recordedPages, truthBetween } from "../support/recorded.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, reportOf } from "./answers.ts";
import { createGate, openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

const COMMANDS = [
  "serve",
  "scrape-once",
  "report",
  "purge",
  "health",
  "doctor",
  "config",
  "completion",
  "demo",
  "help",
];
const DAY_MS = 86_400_000;
const LISTENING = /Listening on (http:\/\/[^\s,"]+)/;

describe("--help", () => {
  test.each(["", ...COMMANDS])(
    "of litellm-pulse %s begins with examples, on stdout, and ends with 0",
    async (command) => {
      await using sandbox = openSandbox();
      const { code, stdout, stderr } = await sandbox.run([...command.split(" "), "--help"].filter((arg) => arg !== ""));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(
        new RegExp(`^Examples:\n(  \\$ [^\n]*litellm-pulse[^\n]*\n)+\nUsage: litellm-pulse ${command}`),
      );
      if (command !== "")
        expect(stdout).toMatch(new RegExp(`^Examples:\n(  \\$ [^\n]*\n)*  \\$ [^\n]*litellm-pulse ${command}`));
    },
  );

  test("names every command, and every command is there", async () => {
    await using sandbox = openSandbox();
    const { stdout } = await sandbox.run(["--help"]);
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `);
  });

  test("is what no command at all gives, with exit code 2", async () => {
    await using sandbox = openSandbox();
    const { code, stdout, stderr } = await sandbox.run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: litellm-pulse");
  });
});

test("--version prints the version of package.json", async () => {
  await using sandbox = openSandbox();
  for (const flag of ["--version", "-V"]) {
    expect(await sandbox.run([flag])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

describe("config", () => {
  test("--json tells every setting with its value and where it came from", async () => {
    await using sandbox = openSandbox();
    const path = `${sandbox.folder}/key`;
    await Bun.write(path, "sk-from-a-file\n");
    const set = {
      METRICS_URL: "http://me:geheim@litellm:4000/metrics/",
      TIMEZONE: "Europe/Berlin",
      METRICS_API_KEY_FILE: path,
    };
    const { code, stdout, stderr } = await sandbox.run(["config", "--json", "--port", "9000"], { set });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const body: { schema_version: number; settings: { env: string; value: unknown; source: string }[] } =
      JSON.parse(stdout);
    expect(body.schema_version).toBe(1);
    const shown = Object.fromEntries(
      body.settings.map(({ env, value, source }) => [env.replace("LITELLM_PULSE_", ""), [value, source] as const]),
    );
    expect(shown).toMatchObject({
      METRICS_URL: ["http://***@litellm:4000/metrics/", "env"],
      METRICS_API_KEY: ["***", "file"],
      PORT: [9000, "flag"],
      TIMEZONE: ["Europe/Berlin", "env"],
      SCRAPE_INTERVAL: [60, "default"],
      API_KEY: [null, "default"],
      METRIC_COST: ["litellm_spend_metric_total", "default"],
    });
  });

  test("as a table has the same settings, one a line", async () => {
    await using sandbox = openSandbox();
    const { settings }: { settings: { env: string }[] } = JSON.parse((await sandbox.run(["config", "--json"])).stdout);
    const { stdout } = await sandbox.run(["config"]);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ", 1)[0]),
    ).toEqual(settings.map(({ env }) => env));
  });
});

describe("health", () => {
  test("is 0 for a server that is well, 1 for one that is not, and --live asks only whether it runs", async () => {
    const [page] = recordedPages("sequence");
    if (page === undefined) throw new RangeError("There is no such page");
    await using sandbox = openSandbox();
    const gate = createGate();
    await using server = openPageServer(gate.answer);
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, SCRAPE_INTERVAL: "60" } });
    const set = { HOST: "127.0.0.1", PORT: new URL(serving.url).port };
    expect(await sandbox.run(["health", "--live"], { set })).toMatchObject({ code: 0, stderr: "" });
    const starting = await sandbox.run(["health"], { set });
    expect(starting.code).toBe(1);
    expect(JSON.parse(starting.stdout)).toMatchObject({ status: "starting" });
    gate.hand(recordedAnswer(page));
    await until(
      "a page is booked",
      async () => (await getJson<HistoryAnswer>(`${serving.url}/api/v1/history`)).count > 0,
    );
    expect(await sandbox.run(["health"], { set })).toMatchObject({ code: 0, stdout: '{"status":"ok"}\n', stderr: "" });
    expect(await sandbox.run(["health", "--port", set.PORT], { set: { HOST: "0.0.0.0" } })).toMatchObject({ code: 0 });

    serving.kill("SIGTERM");
    await serving.finished;
    for (const args of [["health"], ["health", "--live"]]) {
      const { code, stdout, stderr } = await sandbox.run(args, { set });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^litellm-pulse: http:\/\/127\.0\.0\.1:\d+\/health[^\n]* does not answer[^\n]*\n$/);
    }
  });
});

describe("purge", () => {
  test("removes what is past its retention, and neither days nor totals", async () => {
    await using sandbox = openSandbox();
    const used = await withOldPages(sandbox, 100);
    const lifetime = async () => {
      const serving = await sandbox.serve({
        set: { METRICS_URL: "http://127.0.0.1:1/metrics/", DB_RETENTION_DAYS: "-1" },
      });
      const answer = await getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
      serving.kill("SIGTERM");
      await serving.finished;
      return answer.lifetime;
    };
    const before = { today: (await reportOf(sandbox)).total, lifetime: await lifetime() };
    expectUsage(before.lifetime, used);

    const dry = await sandbox.run(["purge", "--dry-run", "--json"]);
    const counted = JSON.parse(dry.stdout);
    expect(counted).toMatchObject({ schema_version: 1, dry_run: true, snapshots: 2 });
    expect(counted.buckets).toBeGreaterThan(0);
    expect(rowsOf(sandbox)).toMatchObject({ buckets: counted.buckets, snapshots: 2 });

    expect(await sandbox.run(["purge", "--older-than", "101"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Removed 0 "),
    });
    expect(await sandbox.run(["purge"], { set: { DB_RETENTION_DAYS: "-1" } })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing to remove"),
    });
    expect(rowsOf(sandbox)).toMatchObject({ buckets: counted.buckets });

    const purged = await sandbox.run(["purge", "--older-than", "99", "--vacuum"]);
    expect(purged).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining(`Removed ${counted.buckets} `),
    });
    expect(rowsOf(sandbox)).toMatchObject({ buckets: 0, snapshots: 0 });
    expect({ today: (await reportOf(sandbox)).total, lifetime: await lifetime() }).toEqual(before);
  });

  test("is done by serve on its own", async () => {
    await using sandbox = openSandbox();
    await withOldPages(sandbox, 100);
    const serving = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics/" } });
    await until("the old rows are gone", () => rowsOf(sandbox).buckets === 0);
    await until("it is logged", () => /Purged \d+ quarter-hour rows/.test(serving.stderr()));
  });
});

describe("demo", () => {
  const demo = (sandbox: Sandbox) =>
    sandbox.start(["demo", "--host", "127.0.0.1", "--port", "0"], {
      set: { LOG_LEVEL: "info" },
      env: { TMPDIR: sandbox.folder },
    });
  const leftIn = ({ folder }: Sandbox) => [...new Bun.Glob("**").scanSync({ cwd: folder, onlyFiles: false })];

  test("says that it is one and where, has numbers of its own, and leaves nothing behind", async () => {
    await using sandbox = openSandbox();
    const running = demo(sandbox);
    const url = await until("it listens", () => LISTENING.exec(running.stderr())?.[1]);
    expect(running.stderr()).toMatch(/^This is a demo: a simulated LiteLLM .* every number is made up\n/);
    // It answers at once; the month of history is made up meanwhile, which takes a busy machine its time.
    expect((await fetch(`${url}/api/v1/usage?period=month`)).status).toBe(200);
    await until("it says what to open", () => running.stderr().includes(`Open ${url}/`), 25_000);
    const metrics = await until("a page is there", async () => {
      const answer = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
      return answer.last_scrape !== null && answer;
    });
    expect(metrics["requests"]).toBeGreaterThan(1000);
    expect(metrics["source"]).toContain("/metrics/made-up-for-demo/");
    const { coverage } = await getJson<UsageAnswer>(`${url}/api/v1/usage?last=29d`);
    expect(coverage).toMatchObject({ observed_ratio: 1, estimated_ratio: 0 });
    const health = await getJson<{ notes: string[] }>(`${url}/health`);
    expect(health.notes).toEqual([expect.stringMatching(/^This is a demo: .* made up$/)]);
    const [, dbPath = ""] = /report --month --db-path (\S+)/.exec(running.stderr()) ?? [];
    for (const flags of [[], ["--json"]]) {
      const { code, stdout, stderr } = await sandbox.run(["report", "--month", ...flags], { set: { DB_PATH: dbPath } });
      expect(code).toBe(0);
      expect(stdout + stderr).toContain("This is a demo: its LiteLLM is simulated and every number is made up");
    }
    running.kill("SIGTERM");
    expect(await running.finished).toMatchObject({ code: 0 });
    expect(leftIn(sandbox)).toEqual([]);
  });

  test("leaves nothing behind either when it is ended before it is ready", async () => {
    await using sandbox = openSandbox();
    const running = demo(sandbox);
    await until("it begins", () => running.stderr() !== "");
    running.kill("SIGINT");
    await running.finished;
    expect(leftIn(sandbox)).toEqual([]);
  });
});

/** Books two recorded pages and moves quarters and snapshots into the past; gives what was used. */
async function withOldPages(sandbox: Sandbox, days: number) {
  const [first, second] = recordedPages("sequence");
  const gate = createGate();
  await using server = openPageServer(gate.answer);
  for (const page of [first, second]) {
    if (page === undefined) throw new RangeError("There is no such page");
    gate.hand(recordedAnswer(page));
    expect(await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } })).toMatchObject({ code: 0 });
  }
  const db = new Database(sandbox.dbPath);
  for (const table of ["bucket", "snapshot"]) db.run(`UPDATE ${table} SET at = at - ${days * DAY_MS}`);
  db.close();
  return truthBetween(first, second).total;
}

function rowsOf(sandbox: Sandbox): { buckets: number; snapshots: number } {
  const db = new Database(sandbox.dbPath, { readonly: true });
  const count = (table: string) => db.query<{ n: number }, []>(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n ?? 0;
  const rows = { buckets: count("bucket"), snapshots: count("snapshot") };
  db.close();
  return rows;
}
