import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { openSandbox, until } from "../support/binary.ts";
import { WITH_MODES } from "../support/rights.ts";
import { expectUsage, getJson, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const READERS = ["report", "report --json", "purge --dry-run"];
const WRITERS = ["purge", "purge --vacuum", "scrape-once"];

/** A mode of the database's folder and of its file, whether it can still be read, and what a line about it says. */
const PLACES: readonly [what: string, folder: number, file: number, isReadable: boolean, line: RegExp][] = [
  ["a folder that may not be written", 0o555, 0o644, true, /may not write/],
  ["a file that may not be written", 0o755, 0o444, true, /may not write/],
  ["a folder and a file that may not be written", 0o555, 0o444, true, /may not write/],
  ["a file that may not be read", 0o755, 0o000, false, /may not read/],
  ["a folder that may not be looked into", 0o000, 0o644, false, /may not look into/],
];

/** A sandbox with a database in which five requests are booked, closed. */
async function bookedFive() {
  const { litellm, send } = startSimulation(1);
  const sandbox = openSandbox();
  const server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  send(5);
  await sandbox.run(["scrape-once"], { set });
  const allow = (folder: number, file: number) => {
    chmodSync(dirname(sandbox.dbPath), 0o755);
    chmodSync(sandbox.dbPath, file);
    chmodSync(dirname(sandbox.dbPath), folder);
  };
  return {
    litellm,
    send,
    sandbox,
    set,
    allow,
    async [Symbol.asyncDispose]() {
      allow(0o755, 0o644);
      await sandbox[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe.each(PLACES)("a database in %s", (_, folder, file, isReadable, line) => {
  test("is read if it can be, changed by no command, and nothing is lost", async () => {
    await using world = await bookedFive();
    const { litellm, send, sandbox, set, allow } = world;
    const before = readFileSync(sandbox.dbPath);
    send(3);
    allow(folder, file);
    for (const command of [...READERS, ...WRITERS]) {
      const { code, stdout, stderr } = await sandbox.run(command.split(" "), { set, through: WITH_MODES });
      if (isReadable && READERS.includes(command)) {
        expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
        if (command === "report --json") expect(JSON.parse(stdout).total.requests).toBe(5);
        continue;
      }
      expect({ command, code, stdout }).toEqual({ command, code: 6, stdout: "" });
      expect(stderr).toMatch(/^[^\n]+ LITELLM_PULSE_DB_PATH [^\n.]+\n$/);
      expect(stderr).toMatch(line);
      expect(stderr).toContain(sandbox.dbPath);
    }
    allow(0o755, 0o644);
    expect(readFileSync(sandbox.dbPath).equals(before)).toBeTrue();
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });

  test("leaves serve in memory with the error set, until the file can be written and everything is booked", async () => {
    await using world = await bookedFive();
    const { litellm, send, sandbox, set, allow } = world;
    allow(folder, file);
    const serving = await sandbox.serve({ set, through: WITH_MODES });
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    await until("a page is booked", async () => (await metrics()).last_scrape);
    expect((await metrics()).error).toMatch(line);
    expect(JSON.stringify(await getJson(`${serving.url}/health`))).toMatch(line);
    send(3);
    await until("memory books", async () => (await metrics()).lifetime["requests"] === 3);
    allow(0o755, 0o644);
    const { lifetime } = await until("the file books", async () => {
      const answer = await metrics();
      return answer.error === undefined && answer.lifetime["requests"] === 8 && answer;
    });
    expectUsage(lifetime, usageOf(litellm.truth));
    serving.kill("SIGTERM");
    expect(await serving.finished).toMatchObject({ code: 0 });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });
});

test("a database whose folder may not be written is read as it is while another user's serve writes it", async () => {
  await using world = await bookedFive();
  const { litellm, send, sandbox, set, allow } = world;
  const serving = await sandbox.serve({ set });
  send(3);
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  await until("it books", async () => (await metrics()).lifetime["requests"] === 8);
  allow(0o555, 0o444);
  const live = await reportOf(sandbox, [], { through: WITH_MODES });
  expectUsage(live.total, usageOf(litellm.truth));
});

test("the log of a database that was copied to where nothing may be written is not passed over in silence", async () => {
  await using world = await bookedFive();
  const { send, sandbox, set, allow } = world;
  const serving = await sandbox.serve({ set });
  send(3);
  const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
  await until("it books", async () => (await metrics()).lifetime["requests"] === 8);
  serving.kill("SIGKILL");
  await serving.finished;
  await sandbox.bash('rm "$LITELLM_PULSE_DB_PATH-shm"');
  allow(0o555, 0o444);
  const { code, stderr } = await sandbox.run(["report", "--json"], { through: WITH_MODES });
  expect(code).toBe(6);
  expect(stderr).toMatch(/may not write/);
});
