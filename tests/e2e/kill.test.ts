import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { expectGroups, expectUsage, groupsBy, reportOf, usageByKey, usageOf } from "./answers.ts";
import { openPageServer, simulatedAnswer } from "./page-server.ts";
import { type Simulation, startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const KILLS = 25;

test("scrape-once killed at any moment of 25 runs loses and doubles nothing", async () => {
  const simulation = startSimulation(20261121);
  const { litellm, send, random } = simulation;
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  const { tookMs } = await sandbox.run(["scrape-once"], { set });
  let killed = 0;
  for (let round = 0; round < KILLS; round += 1) {
    send(1 + Math.floor(random() * 5));
    const asked = server.requests.length;
    const scrape = sandbox.start(["scrape-once"], { set });
    // Every other time from the moment on at which the page is asked for: then comes the transaction.
    if (round % 2 === 0)
      await until("the page is asked for", () => server.requests.length > asked || scrape.hasEnded());
    await Bun.sleep(random() * tookMs * (round % 2 === 0 ? 0.6 : 1.1));
    scrape.kill("SIGKILL");
    killed += (await scrape.finished).signal === "SIGKILL" ? 1 : 0;
  }
  expect(killed).toBeGreaterThan(KILLS / 4);
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
  await expectTruth(sandbox, simulation);
});

test("serve killed at any moment of 25 lives loses and doubles nothing", async () => {
  const simulation = startSimulation(20261122);
  const { litellm, send, random } = simulation;
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  for (let life = 0; life < KILLS; life += 1) {
    const asked = server.requests.length;
    const serving = sandbox.start(["serve"], { set: { ...set, HOST: "127.0.0.1", PORT: "0", SCRAPE_INTERVAL: "0.1" } });
    if (life % 3 !== 0) await until("it scrapes", () => server.requests.length > asked);
    send(1 + Math.floor(random() * 5));
    await Bun.sleep(random() * 130);
    serving.kill("SIGKILL");
    await serving.finished;
  }
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
  await expectTruth(sandbox, simulation);
});

test("the very first scrapes killed at any moment leave a file that the next one goes on with", async () => {
  const { litellm, send, random } = startSimulation(20261123);
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  for (let round = 0; round < 8; round += 1) {
    await using sandbox = openSandbox();
    const asked = server.requests.length;
    const scrape = sandbox.start(["scrape-once"], { set });
    if (round % 2 === 0)
      await until("the page is asked for", () => server.requests.length > asked || scrape.hasEnded());
    await Bun.sleep(random() * 30);
    scrape.kill("SIGKILL");
    await scrape.finished;
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
    const before = litellm.truth.total.requests;
    send(3);
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0, stderr: "" });
    expect((await reportOf(sandbox)).total).toMatchObject({ requests: litellm.truth.total.requests - before });
  }
});

async function expectTruth(sandbox: Sandbox, { litellm }: Simulation): Promise<void> {
  const report = await reportOf(sandbox, ["--by", "key"]);
  expectUsage(report.total, usageOf(litellm.truth));
  expectGroups(groupsBy(report, "key"), usageByKey(litellm.truth));
  const db = new Database(sandbox.dbPath, { readonly: true });
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(db.query("PRAGMA foreign_key_check").all()).toEqual([]);
  db.close();
}
