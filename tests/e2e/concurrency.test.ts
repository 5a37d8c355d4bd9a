import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { minus, recordedPages, truthBetween } from "../support/recorded.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { createGate, openPageServer, recordedAnswer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const WRITERS = 8;

test("eight concurrent scrape-once on a new file make one database and book nothing twice", async () => {
  for (let round = 0; round < 2; round += 1) {
    const { litellm, send } = startSimulation(round);
    send(10);
    const before = usageOf(litellm.truth);
    const first = litellm.page();
    await using sandbox = openSandbox();
    await using server = openPageServer(() => new Response(first));
    const baseline = await scrapeAtOnce(sandbox, server.metricsUrl);
    // The first page shows where counting begins, and the same page after it shows nothing more.
    for (const { stdout } of baseline) expect(JSON.parse(stdout).booked).toEqual({});
    expect(baseline.filter(({ stdout }) => JSON.parse(stdout).result === "baseline")).toHaveLength(1);

    send(10);
    const second = litellm.page();
    server.answer = () => new Response(second);
    const booked = await scrapeAtOnce(sandbox, server.metricsUrl);
    expect(booked.filter(({ stdout }) => JSON.parse(stdout).booked.requests !== undefined)).toHaveLength(1);
    expectUsage((await reportOf(sandbox)).total, minus(usageOf(litellm.truth), before));
  }
});

test("a page that was made before the newest booked one and comes after it books nothing", async () => {
  const [first, , , older, newer] = recordedPages("sequence");
  if (first === undefined || older === undefined || newer === undefined) throw new RangeError("There is no such page");
  await using sandbox = openSandbox();
  const gate = createGate();
  await using server = openPageServer(() => recordedAnswer(first));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  server.answer = gate.answer;
  const slow = sandbox.start(["scrape-once"], { set });
  await until("the slow one has asked", () => gate.waiting === 1);
  server.answer = () => recordedAnswer(newer);
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
  gate.hand(recordedAnswer(older));
  expect(await slow.finished).toMatchObject({ code: 0 });
  expectUsage((await reportOf(sandbox)).total, truthBetween(first, newer).total);
  // What it left behind must not spoil what comes next either.
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
  expectUsage((await reportOf(sandbox)).total, truthBetween(first, newer).total);
});

test("eight concurrent scrape-once that see each another page book all growth once", async () => {
  const { litellm, send } = startSimulation(1);
  await using sandbox = openSandbox();
  const gate = createGate();
  await using server = openPageServer(gate.answer);
  gate.hand(simulatedAnswer(litellm));
  await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
  for (let round = 0; round < 2; round += 1) {
    const scrapes = scrapeAtOnce(sandbox, server.metricsUrl);
    await until("all have asked", () => gate.waiting === WRITERS);
    for (let page = 0; page < WRITERS; page += 1) {
      send(2);
      gate.hand(simulatedAnswer(litellm));
    }
    await scrapes;
  }
  gate.hand(simulatedAnswer(litellm));
  await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});

test("two serve on one file double nothing while requests come in, and both tell the same", async () => {
  const { litellm, send } = startSimulation(2);
  send(20);
  const before = usageOf(litellm.truth);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const options = { set: { METRICS_URL: server.metricsUrl } };
  const both = await Promise.all([sandbox.serve(options), sandbox.serve(options)]);
  const metricsOf = (url: string) => getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
  const pages = async () => (await getJson<HistoryAnswer>(`${both[0].url}/api/v1/history?limit=1000`)).count;
  await until("both have scraped", async () => (await pages()) >= 2);
  for (let round = 0; round < 15; round += 1) {
    send(7);
    const seen = await pages();
    await until("the next page is booked", async () => (await pages()) > seen);
  }
  const truth = minus(usageOf(litellm.truth), before);
  for (const { url } of both) {
    const { lifetime } = await until("everything is booked", async () => {
      const answer = await metricsOf(url);
      return answer.lifetime["requests"] === truth.requests && answer;
    });
    expectUsage(lifetime, truth);
  }
  const seen = await pages();
  await until("more pages have come", async () => (await pages()) > seen + 4);
  for (const { url, stderr } of both) {
    const metrics = await metricsOf(url);
    expectUsage(metrics.lifetime, truth);
    expectUsage(metrics, truth, "_daily");
    expect(metrics.error).toBeUndefined();
    expect(stderr()).not.toContain(" error ");
  }
  expectUsage((await reportOf(sandbox)).total, truth);
});

test("cron beside serve, with another of the names of this machine, doubles nothing", async () => {
  const { litellm, send } = startSimulation(3);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  await until("a page is booked", async () => (await getJson<HistoryAnswer>(`${url}/api/v1/history`)).count > 0);
  send(10);
  const lifetime = async () => (await getJson<MetricsAnswer>(`${url}/api/v1/metrics`)).lifetime;
  await until("all is booked", async () => (await lifetime())["requests"] === 10);
  for (let round = 0; round < 5; round += 1) {
    send(3);
    const set = { METRICS_URL: server.metricsUrl.replace("127.0.0.1", "localhost") };
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
  }
  await until("all is booked", async () => (await lifetime())["requests"] === litellm.truth.total.requests);
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});

test("reports and purges beside a busy serve never fail", async () => {
  const { litellm, send } = startSimulation(4);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  await until("two pages are booked", async () => (await getJson<HistoryAnswer>(`${url}/api/v1/history`)).count > 1);
  for (let round = 0; round < 4; round += 1) {
    send(20);
    const runs = [["report"], ["report", "--json", "--by", "key"], ["purge"], ["purge", "--vacuum"]];
    for (const { code, stderr } of await Promise.all(runs.map((args) => sandbox.run(args)))) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
  }
  await until("all is booked", async () => {
    const { lifetime } = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
    return lifetime["requests"] === litellm.truth.total.requests;
  });
});

/** Runs as many scrapes at once as there are writers; each must be well. */
async function scrapeAtOnce(sandbox: Sandbox, url: string) {
  const set = { METRICS_URL: url };
  const runs = await Promise.all(
    Array.from({ length: WRITERS }, () => sandbox.run(["scrape-once", "--json"], { set })),
  );
  for (const { code, stderr } of runs) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return runs;
}
