import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

describe("without a database", () => {
  test.each(["report", "report --json", "purge", "purge --json"])(
    "%s ends with exit code 5 and the absolute path, and makes none",
    async (command) => {
      await using sandbox = openSandbox();
      const { code, stdout, stderr } = await sandbox.run(command.split(" "), { set: { DB_PATH: "data/missing.db" } });
      expect(code).toBe(5);
      // JSON keeps its shape when there is nothing to show.
      if (command === "report --json") expect(JSON.parse(stdout)).toMatchObject({ total: { cost: null }, groups: [] });
      else expect(stdout).toBe("");
      expect(stderr).toMatch(/^litellm-pulse: [^\n]*LITELLM_PULSE_DB_PATH[^\n.]*\n$/);
      expect(stderr).toContain(join(sandbox.folder, "data/missing.db"));
      expect(readdirSync(sandbox.folder)).toEqual([]);
    },
  );

  test("report does not say that there was no scrape after the first one", async () => {
    const { litellm } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
    const { stdout, stderr } = await sandbox.run(["report"]);
    expect(`${stdout}${stderr}`).not.toContain("There is no good scrape");
  });
});

/** Places where no database can be, and what the line about each must name. */
const IMPOSSIBLE: readonly [what: string, make: (folder: string) => string][] = [
  [
    "a directory",
    (folder) => {
      mkdirSync(join(folder, "a-directory"));
      return join(folder, "a-directory");
    },
  ],
  [
    "a path below a file",
    (folder) => {
      writeFileSync(join(folder, "a-file"), "");
      return join(folder, "a-file", "pulse.db");
    },
  ],
  ["a folder of the kernel's", () => "/proc/litellm-pulse/pulse.db"],
];

describe("a database path that is", () => {
  test.each(IMPOSSIBLE)("%s ends scrape-once with exit code 6 and one line that names it", async (_, make) => {
    const { litellm } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const path = make(sandbox.folder);
    const set = { METRICS_URL: server.metricsUrl, DB_PATH: path };
    const { code, stdout, stderr } = await sandbox.run(["scrape-once"], { set });
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toMatch(/^\S+ error [^\n]+[^\n.]\n$/);
    expect(stderr).toContain(path);
  });

  test.each(["report", "purge"])("a directory ends %s with exit code 6 and one line that names it", async (command) => {
    await using sandbox = openSandbox();
    mkdirSync(sandbox.dbPath);
    const { code, stdout, stderr } = await sandbox.run([command]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toMatch(/^litellm-pulse: [^\n]+[^\n.]\n$/);
    expect(stderr).toContain(sandbox.dbPath);
  });

  test.each(IMPOSSIBLE.slice(0, 2))("%s leaves serve in memory, with the error in its answers", async (_, make) => {
    const { litellm, send } = startSimulation(2);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const path = make(sandbox.folder);
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, DB_PATH: path } });
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    await until("a page is booked", async () => (await metrics()).last_scrape);
    expect((await metrics()).error).toContain(path);
    send(5);
    const { lifetime } = await until("requests are booked", async () => {
      const answer = await metrics();
      return answer.lifetime["requests"] === 5 && answer;
    });
    expectUsage(lifetime, usageOf(litellm.truth));
    expect(await getJson<HistoryAnswer & { source: string }>(`${serving.url}/api/v1/history`)).toMatchObject({
      source: "memory",
    });
    serving.kill("SIGTERM");
    expect(await serving.finished).toMatchObject({ code: 0 });
  });

  test("a directory that goes away is a file at the next scrape, and the error goes with it", async () => {
    const { litellm, send } = startSimulation(3);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    mkdirSync(sandbox.dbPath);
    const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    const metrics = () => getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
    await until("the error is there", async () => (await metrics()).error !== undefined);
    await sandbox.bash('rmdir "$LITELLM_PULSE_DB_PATH"');
    await until("the error is gone", async () => (await metrics()).error === undefined);
    await until("a page is in the file", async () => {
      const history = await getJson<HistoryAnswer & { source: string }>(`${url}/api/v1/history`);
      return history.source === "sqlite" && history.count > 0;
    });
    send(5);
    await until("requests are booked", async () => (await metrics()).lifetime["requests"] === 5);
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });
});

test("what was booked in memory is not lost when the database can be opened", async () => {
  const { litellm, send } = startSimulation(4);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  mkdirSync(sandbox.dbPath);
  const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const metrics = () => getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
  await until("a page is booked", async () => (await metrics()).last_scrape);
  send(5);
  await until("requests are booked", async () => (await metrics()).lifetime["requests"] === 5);
  await sandbox.bash('rmdir "$LITELLM_PULSE_DB_PATH"');
  await until("the error is gone", async () => (await metrics()).error === undefined);
  send(5);
  await until("more is booked", async () => Number((await metrics()).lifetime["requests"]) >= 5);
  await until("everything is booked", async () => (await metrics()).lifetime["requests"] === 10, 2000);
});

describe("a file that", () => {
  test("is no database is never destroyed, whatever the command", async () => {
    const { litellm } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const content = `Dear diary, ${"it rained again. ".repeat(1000)}`;
    for (const [command, args] of Object.entries({ report: [], purge: ["--vacuum"], "scrape-once": [] })) {
      writeFileSync(sandbox.dbPath, content);
      const { stderr } = await sandbox.run([command, ...args], { set: { METRICS_URL: server.metricsUrl } });
      expect(stderr).toMatch(/^[^\n]+\n([^\n]+\n)?$/);
      expect(stderr).toContain(sandbox.dbPath);
      const files = readdirSync(sandbox.folder).filter((name) => !/-(wal|shm)$/.test(name));
      expect(files.map((name) => readFileSync(join(sandbox.folder, name), "utf8"))).toContain(content);
    }
  });

  test("a newer version made is refused and left alone", async () => {
    const { litellm } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const db = new Database(sandbox.dbPath, { create: true });
    db.run("CREATE TABLE future (it TEXT)");
    db.run("PRAGMA user_version = 9999");
    db.close();
    const before = readFileSync(sandbox.dbPath);
    for (const command of ["report", "scrape-once", "purge"]) {
      const { code, stdout, stderr } = await sandbox.run([command], { set: { METRICS_URL: server.metricsUrl } });
      expect({ command, code, stdout }).toEqual({ command, code: 6, stdout: "" });
      expect(stderr).toMatch(/^[^\n]*schema 9999[^\n]*newer litellm-pulse[^\n]*\n$/);
    }
    expect(readFileSync(sandbox.dbPath).equals(before)).toBeTrue();
  });

  test("another process has locked is waited for", async () => {
    const { litellm, send } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    for (let times = 0; times < 2; times += 1) await sandbox.run(["scrape-once"], { set });
    send(5);
    const other = new Database(sandbox.dbPath);
    other.run("BEGIN IMMEDIATE");
    const scrape = sandbox.start(["scrape-once"], { set });
    await until("the page is fetched", () => server.requests.length === 3);
    expect((await reportOf(sandbox)).total).toMatchObject({ requests: 0 });
    expect(scrape.hasEnded()).toBeFalse();
    other.run("COMMIT");
    other.close();
    expect(await scrape.finished).toMatchObject({ code: 0, stderr: "" });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });

  test("cannot grow any more ends scrape-once with exit code 6, and nothing is lost", async () => {
    const { litellm, send } = startSimulation(5);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
    send(50);
    // As with a full disk: no file may grow beyond what the database needs to be opened.
    const full = await sandbox.bash('trap "" XFSZ; ulimit -f 40; exec "$PULSE" scrape-once', { set });
    expect({ code: full.code, stdout: full.stdout }).toEqual({ code: 6, stdout: "" });
    expect(full.stderr).toMatch(/^\S+ error [^\n]*database[^\n]*\n$/);
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
    expect(existsSync(sandbox.dbPath)).toBeTrue();
  });

  test("cannot grow for a while makes serve say so, and heals by itself", async () => {
    const { litellm, send } = startSimulation(6);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
    const serving = await sandbox.serve({ set });
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    await until("a page is booked", async () => (await metrics()).last_scrape !== null);
    await sandbox.bash(`prlimit --pid ${serving.pid} --fsize=40960:unlimited`);
    send(50);
    const { error } = await until("the error is there", async () => {
      const answer = await metrics();
      return answer.error !== undefined && answer;
    });
    expect(error).toContain("database");
    await sandbox.bash(`prlimit --pid ${serving.pid} --fsize=unlimited:unlimited`);
    const { lifetime } = await until("it is healed", async () => {
      const answer = await metrics();
      return answer.error === undefined && answer;
    });
    expectUsage(lifetime, usageOf(litellm.truth));
  });
});

describe("a database with a damaged page", () => {
  const damage = (path: string) => {
    const db = new Database(path, { readonly: true });
    const root = db.query<{ rootpage: number }, []>("SELECT rootpage FROM sqlite_schema WHERE name = 'series'").get();
    db.close();
    const bytes = readFileSync(path);
    bytes.fill(0, ((root?.rootpage ?? 0) - 1) * 4096, (root?.rootpage ?? 0) * 4096);
    writeFileSync(path, bytes);
  };

  /** Five requests are booked, and then the state of the counters is damaged. */
  async function damagedAfterFive(sandbox: Sandbox, set: Record<string, string>, send: (requests: number) => void) {
    await sandbox.run(["scrape-once"], { set });
    send(5);
    await sandbox.run(["scrape-once"], { set });
    const before = await reportOf(sandbox);
    damage(sandbox.dbPath);
    return before.total;
  }

  test("is put aside by scrape-once, and what can be read goes on", async () => {
    const { litellm, send } = startSimulation(6);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    const before = await damagedAfterFive(sandbox, set, send);
    const { code, stderr } = await sandbox.run(["scrape-once"], { set });
    expect(stderr).toContain(`The database ${sandbox.dbPath} was damaged and is kept as ${sandbox.dbPath}.corrupt-`);
    expect(stderr).toContain("parts of series were lost");
    expect(code).toBe(0);
    expect((await reportOf(sandbox)).total).toEqual(before);
  });

  test("is put aside by serve at its next scrape, and the service goes on", async () => {
    const { litellm, send } = startSimulation(6);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    const before = await damagedAfterFive(sandbox, set, send);
    const serving = await sandbox.serve({ set });
    await until("it says so", () => serving.stderr().includes("was damaged and is kept as"));
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    await until("it scrapes again", async () => (await metrics()).error === undefined && (await metrics()).last_scrape);
    send(3);
    const booked = Number(before["requests"]) + 3;
    await until("it books again", async () => (await metrics()).lifetime["requests"] === booked);
  });
});
