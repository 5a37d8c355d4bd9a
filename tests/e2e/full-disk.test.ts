import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, until } from "../support/binary.ts";
import { openSmallDisk } from "../support/small-disk.ts";
import { expectUsage, getJson, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

/** What an error says: of the disk itself, and where a disk can only be pretended. */
const IN_THE_WAY = {
  bytes: /the disk is full, make room|the disk cannot be read or written/,
  files: /no free inode|may not write/,
} as const;

const FILLINGS = ["bytes", "files"] as const;

/** A sandbox whose database lies on a small disk, with five requests booked, and closed. */
async function bookedFive() {
  const { litellm, send } = startSimulation(1);
  const sandbox = openSandbox();
  const disk = openSmallDisk();
  const server = openPageServer(() => simulatedAnswer(litellm));
  const path = join(disk.folder, "pulse.db");
  const set = { METRICS_URL: server.metricsUrl, DB_PATH: path };
  await sandbox.run(["scrape-once"], { set });
  send(5);
  await sandbox.run(["scrape-once"], { set });
  const run = (command: string) => sandbox.run(command.split(" "), { set, through: disk.through });
  /** Waits until a page that was asked for after this moment was answered, and the next one asked for. */
  const seen = async () => {
    const before = server.requests.length;
    await until("two more pages are asked for", () => server.requests.length >= before + 2);
  };
  return {
    litellm,
    send,
    seen,
    sandbox,
    disk,
    path,
    set,
    run,
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      disk[Symbol.dispose]();
    },
  };
}

describe.each(FILLINGS)("a disk without room for more %s", (filling) => {
  const inTheWay = IN_THE_WAY[filling];

  test("lets every reader answer, every writer end with exit code 6 and one line, and loses nothing", async () => {
    await using world = await bookedFive();
    const { litellm, send, sandbox, disk, path, set, run } = world;
    send(3);
    disk.fill(filling);
    for (const command of ["report", "report --json", "purge --dry-run", "config"]) {
      expect(await run(command)).toMatchObject({ code: 0, stderr: "" });
    }
    expect(JSON.parse((await run("report --json")).stdout).total.requests).toBe(5);
    // What a purge of nothing writes is so little that only a real disk has no room for it.
    for (const command of ["scrape-once", ...(disk.isReal ? ["purge", "purge --vacuum"] : [])]) {
      const { code, stdout, stderr } = await run(command);
      expect({ command, code, stdout }).toEqual({ command, code: 6, stdout: "" });
      expect(stderr).toMatch(/^[^\n]+[^\n.]\n$/);
      expect(stderr).toMatch(inTheWay);
      expect(stderr).toContain(path);
    }
    disk.clear();
    expect(await run("scrape-once")).toMatchObject({ code: 0, stderr: "" });
    expectUsage((await reportOf(sandbox, [], { set })).total, usageOf(litellm.truth));
  });

  test("leaves a serve that is started on it in memory until there is room, and then everything is booked", async () => {
    await using world = await bookedFive();
    const { litellm, send, sandbox, disk, set, seen } = world;
    disk.fill(filling);
    const serving = await sandbox.serve({ set, through: disk.through });
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    const { error } = await until("the error is there", async () => {
      const answer = await metrics();
      return answer.error !== undefined && answer;
    });
    expect(error).toMatch(inTheWay);
    expect(await getJson(`${serving.url}/health`)).toSatisfy((health) => inTheWay.test(JSON.stringify(health)));
    send(3);
    await seen();
    disk.clear([serving.pid]);
    const { lifetime } = await until("it is healed", async () => {
      const answer = await metrics();
      return answer.error === undefined && answer.lifetime["requests"] === 8 && answer;
    });
    expectUsage(lifetime, usageOf(litellm.truth));
    serving.kill("SIGTERM");
    expect(await serving.finished).toMatchObject({ code: 0 });
    expectUsage((await reportOf(sandbox, [], { set })).total, usageOf(litellm.truth));
  });
});

test("a purge whose file cannot be shrunk for want of room says what was removed and what is in the way", async () => {
  await using world = await bookedFive();
  const { sandbox, set, path } = world;
  const limited = 'trap "" XFSZ; ulimit -f 40; exec "$PULSE" purge --vacuum';
  const { code, stdout, stderr } = await sandbox.bash(limited, { set });
  expect({ code, stdout }).toEqual({ code: 6, stdout: expect.stringMatching(/^Removed 0 quarter-hour rows/) });
  expect(stderr).toStartWith(`litellm-pulse: Cannot shrink the database ${path}: `);
  expect((await reportOf(sandbox, [], { set })).total).toMatchObject({ requests: 5 });
});

test("a disk that fills up under serve and a cron job is an error of both, and what they saw is booked once", async () => {
  await using world = await bookedFive();
  const { litellm, send, sandbox, disk, set, run, seen } = world;
  const serving = await sandbox.serve({ set });
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  await until("a page is booked", async () => (await metrics()).last_scrape !== null);
  disk.fill("bytes", [serving.pid]);
  send(3);
  const { error, lifetime } = await until("the error is there", async () => {
    const answer = await metrics();
    return answer.error !== undefined && answer;
  });
  expect(error).toMatch(IN_THE_WAY.bytes);
  expect(lifetime["requests"]).toBe(5);
  expect(await getJson(`${serving.url}/health`)).toSatisfy((health) => IN_THE_WAY.bytes.test(JSON.stringify(health)));
  expect(await run("scrape-once")).toMatchObject({ code: 6, stdout: "" });
  expect(await run("report --json")).toMatchObject({ code: 0, stderr: "" });
  await seen();
  litellm.restart();
  send(4);
  expect(await run("scrape-once")).toMatchObject({ code: 6, stdout: "" });
  await seen();
  disk.clear([serving.pid]);
  // Only pages that serve keeps in memory have shown what was counted before the restart.
  await until("everything is booked", async () => (await metrics()).lifetime["requests"] === 12);
  await until("it is healed", async () => (await metrics()).error === undefined);
  expect(await run("scrape-once")).toMatchObject({ code: 0 });
  expectUsage((await metrics()).lifetime, usageOf(litellm.truth));
  expectUsage((await reportOf(sandbox, [], { set })).total, usageOf(litellm.truth));
});

test("a disk that is full from the first start takes everything since then when there is room", async () => {
  const { litellm, send } = startSimulation(2);
  await using sandbox = openSandbox();
  using disk = openSmallDisk();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl, DB_PATH: join(disk.folder, "new", "pulse.db") };
  disk.fill("files");
  const once = await sandbox.run(["scrape-once"], { set, through: disk.through });
  expect(once).toMatchObject({ code: 6, stdout: "" });
  expect(once.stderr).toMatch(/^[^\n]+[^\n.]\n$/);
  const serving = await sandbox.serve({ set, through: disk.through });
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  await until("a page is booked", async () => (await metrics()).last_scrape);
  send(6);
  await until("memory books", async () => (await metrics()).lifetime["requests"] === 6);
  disk.clear([serving.pid]);
  await until("the error is gone", async () => (await metrics()).error === undefined);
  await until("the file has it", async () => (await metrics()).lifetime["requests"] === 6);
  expectUsage((await reportOf(sandbox, [], { set })).total, usageOf(litellm.truth));
});

test.each(FILLINGS)("demo says in one line that its temporary folder has no room for more %s", async (filling) => {
  await using sandbox = openSandbox();
  using disk = openSmallDisk();
  disk.fill(filling);
  const { code, stdout, stderr } = await sandbox.run(["demo", "--port", "0"], {
    env: { TMPDIR: disk.folder },
    through: disk.through,
  });
  expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
  expect(stderr).toMatch(/^(This is a demo[^\n]+\n)?litellm-pulse: [^\n]+[^\n.]\n$/);
});
