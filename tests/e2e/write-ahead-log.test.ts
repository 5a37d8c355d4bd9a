import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { openSandbox, sizeOf, until } from "../support/binary.ts";
import { WITH_MODES } from "../support/rights.ts";
import { expectUsage, getJson, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

/** A database of which five requests are in the file, and three more in the log of a serve that was killed. */
async function killedWithLog() {
  const { litellm, send } = startSimulation(1);
  const sandbox = openSandbox();
  const server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  send(5);
  await sandbox.run(["scrape-once"], { set });
  const serving = await sandbox.serve({ set });
  send(3);
  await until("the log has it", async () => {
    const { lifetime } = await getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    return lifetime["requests"] === 8;
  });
  serving.kill("SIGKILL");
  await serving.finished;
  expect(sizeOf(`${sandbox.dbPath}-wal`)).toBeGreaterThan(0);
  return {
    litellm,
    send,
    sandbox,
    set,
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What befalls the files beside the database, and how many of its eight requests are then known. */
const FAULTS: readonly [what: string, befall: (path: string) => unknown, known: number][] = [
  ["stays", () => {}, 8],
  ["loses its index", (path) => rmSync(`${path}-shm`), 8],
  ["has garbage for an index", (path) => writeFileSync(`${path}-shm`, new Uint8Array(32_768).fill(0x5a)), 8],
  ["has an empty index", (path) => writeFileSync(`${path}-shm`, ""), 8],
  ["is missing", (path) => rmSync(`${path}-wal`), 5],
  ["is missing with its index", (path) => [rmSync(`${path}-wal`), rmSync(`${path}-shm`)], 5],
  ["is empty", (path) => writeFileSync(`${path}-wal`, ""), 5],
  ["is garbage", (path) => writeFileSync(`${path}-wal`, crypto.getRandomValues(new Uint8Array(60_000))), 5],
  ["has a header with garbage behind it", (path) => writeFileSync(`${path}-wal`, garbled(path)), 5],
];

function garbled(path: string): Uint8Array {
  const log = readFileSync(`${path}-wal`);
  log.fill(0xa5, 32);
  return log;
}

describe.each(FAULTS)("a log that %s", (_, befall, known) => {
  test("leaves what the file holds, and the next page brings the rest", async () => {
    await using world = await killedWithLog();
    const { litellm, sandbox, set } = world;
    befall(sandbox.dbPath);
    expect((await reportOf(sandbox)).total).toMatchObject({ requests: known });
    for (const command of ["report", "purge --dry-run", "purge", "purge --vacuum", "scrape-once"]) {
      expect(await sandbox.run(command.split(" "), { set })).toMatchObject({ code: 0, stderr: "" });
    }
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
    expect(readdirSync(sandbox.folder).filter((name) => name.includes(".corrupt-"))).toEqual([]);
  });

  test("is no obstacle to serve", async () => {
    await using world = await killedWithLog();
    const { litellm, send, sandbox, set } = world;
    befall(sandbox.dbPath);
    const serving = await sandbox.serve({ set });
    send(2);
    const { lifetime } = await until("everything is booked", async () => {
      const answer = await getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
      return answer.lifetime["requests"] === 10 && answer;
    });
    expectUsage(lifetime, usageOf(litellm.truth));
  });
});

/** What a writer cannot do without. */
const OBSTACLES: readonly [what: string, befall: (path: string) => void][] = [
  [
    "the log is a directory",
    (path) => {
      rmSync(`${path}-wal`);
      mkdirSync(`${path}-wal`);
    },
  ],
  [
    "the index is a directory",
    (path) => {
      rmSync(`${path}-shm`);
      mkdirSync(`${path}-shm`);
    },
  ],
  ["the log may not be written", (path) => chmodSync(`${path}-wal`, 0o444)],
  ["the index may not be written", (path) => chmodSync(`${path}-shm`, 0o444)],
];

test.each(OBSTACLES)("where %s, writers end with exit code 6 and its name, and nothing is lost", async (_, befall) => {
  await using world = await killedWithLog();
  const { litellm, sandbox, set } = world;
  const aside = `${sandbox.folder}/aside`;
  mkdirSync(aside);
  for (const end of ["", "-wal", "-shm"]) copyFileSync(sandbox.dbPath + end, `${aside}/pulse.db${end}`);
  befall(sandbox.dbPath);
  for (const command of ["purge", "scrape-once"]) {
    const { code, stdout, stderr } = await sandbox.run([command], { set, through: WITH_MODES });
    expect({ command, code, stdout }).toEqual({ command, code: 6, stdout: "" });
    expect(stderr).toMatch(/^[^\n]+pulse\.db-(wal|shm)( is a directory|, allow)[^\n.]*\n$/);
  }
  for (const end of ["", "-wal", "-shm"]) {
    rmSync(sandbox.dbPath + end, { recursive: true });
    renameSync(`${aside}/pulse.db${end}`, sandbox.dbPath + end);
  }
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});

test("the log of another database is left out when it does damage, kept, and said", async () => {
  await using world = await killedWithLog();
  await using other = await killedWithLog();
  const { litellm, sandbox, set } = world;
  // After a VACUUM its tables begin on other pages, which its log tells and this file does not hold.
  const moved = new Database(other.sandbox.dbPath);
  moved.run("VACUUM");
  moved.run("PRAGMA wal_checkpoint(TRUNCATE)");
  moved.run("CREATE TABLE late (it TEXT)");
  copyFileSync(`${other.sandbox.dbPath}-wal`, `${sandbox.dbPath}-wal`);
  rmSync(`${sandbox.dbPath}-shm`);
  moved.close();
  const { code, stderr } = await sandbox.run(["scrape-once"], { set });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^[^\n]+ was damaged and is kept as [^\n]+ what stood in its write-ahead log alone was lost\n$/,
  );
  const kept = readdirSync(sandbox.folder).filter((name) => name.startsWith(`${basename(sandbox.dbPath)}.corrupt-`));
  expect(kept.some((name) => name.endsWith("-wal"))).toBeTrue();
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});

test("a database of a newer version and its log are left byte for byte alone by every command", async () => {
  await using world = await killedWithLog();
  const { sandbox, set } = world;
  const db = new Database(sandbox.dbPath);
  db.run("PRAGMA user_version = 9999");
  const files = ["", "-wal"].map((end) => [sandbox.dbPath + end, readFileSync(sandbox.dbPath + end)] as const);
  db.close();
  for (const [path, bytes] of files) writeFileSync(path, bytes);
  for (const command of ["report", "report --json", "purge --dry-run", "purge", "purge --vacuum", "scrape-once"]) {
    const { code, stdout, stderr } = await sandbox.run(command.split(" "), { set });
    expect({ command, code, stdout }).toEqual({ command, code: 6, stdout: "" });
    expect(stderr).toMatch(/^[^\n]*schema 9999[^\n]*newer litellm-pulse[^\n]*\n$/);
  }
  const serving = await sandbox.serve({ set });
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  await until("memory books", async () => (await metrics()).last_scrape);
  expect((await metrics()).error).toContain("schema 9999");
  serving.kill("SIGTERM");
  expect(await serving.finished).toMatchObject({ code: 0 });
  for (const [path, bytes] of files) expect(readFileSync(path).equals(bytes)).toBeTrue();
});

test("a file that is replaced under serve and a cron job is let go of by serve, and both go on in the new one", async () => {
  const { litellm, send } = startSimulation(3);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  send(5);
  await sandbox.run(["scrape-once"], { set });
  const backup = `${dirname(sandbox.dbPath)}/backup.db`;
  copyFileSync(sandbox.dbPath, backup);
  const serving = await sandbox.serve({ set });
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  send(3);
  await until("it is booked", async () => (await metrics()).lifetime["requests"] === 8);
  // A backup is put back as people do it: over the file, with the old log still beside it.
  renameSync(backup, sandbox.dbPath);
  send(2);
  const [cron] = await Promise.all([
    sandbox.run(["scrape-once"], { set }),
    until("serve has let go", () => serving.stderr().includes("was removed or replaced")),
  ]);
  expect(cron.code).toBe(0);
  await until("both are in the new file", async () => (await metrics()).lifetime["requests"] === 10);
  expect(existsSync(sandbox.dbPath)).toBeTrue();
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});
