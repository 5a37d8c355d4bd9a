import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, sizeOf, until } from "../support/binary.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { createGate, openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets serve finish, write everything back into the file and exit with 0", async () => {
    const { litellm, send } = startSimulation(1);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    const count = async () => (await getJson<HistoryAnswer>(`${serving.url}/api/v1/history`)).count;
    await until("a page is booked", async () => (await count()) > 0);
    send(10);
    const seen = await count();
    await until("two more are booked", async () => (await count()) > seen + 1);
    serving.kill(signal);
    const { code, stdout, stderr } = await serving.finished;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toEndWith(" info Stopped\n");
    expect([sizeOf(`${sandbox.dbPath}-wal`), sizeOf(sandbox.dbPath) > 0]).toEqual([0, true]);
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });

  test("leaves a scrape that LiteLLM does not answer at once, and loses nothing", async () => {
    const { litellm, send } = startSimulation(2);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    await sandbox.run(["scrape-once"], { set });
    send(10);
    const gate = createGate();
    server.answer = gate.answer;
    const serving = await sandbox.serve({ set: { ...set, SCRAPE_TIMEOUT: "3600", SCRAPE_INTERVAL: "3600" } });
    await until("LiteLLM is asked", () => gate.waiting > 0);
    serving.kill(signal);
    expect((await serving.finished).code).toBe(0);
    expect(gate.waiting).toBe(0);
    expect(sizeOf(`${sandbox.dbPath}-wal`)).toBe(0);
    server.answer = () => simulatedAnswer(litellm);
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });

  test("ends a scrape-once that LiteLLM does not answer at once, and not as if it were well", async () => {
    const { litellm, send } = startSimulation(3);
    await using sandbox = openSandbox();
    await using server = openPageServer(() => simulatedAnswer(litellm));
    const set = { METRICS_URL: server.metricsUrl };
    await sandbox.run(["scrape-once"], { set });
    send(10);
    const gate = createGate();
    server.answer = gate.answer;
    const scrape = sandbox.start(["scrape-once"], { set: { ...set, SCRAPE_TIMEOUT: "3600" } });
    await until("LiteLLM is asked", () => gate.waiting > 0);
    scrape.kill(signal);
    const { code, stdout, stderr } = await scrape.finished;
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^([^\n]+\n)?$/);
    server.answer = () => simulatedAnswer(litellm);
    expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
    expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
  });
});

test("SIGINT twice ends serve at once, in the middle of whatever it does, and loses nothing", async () => {
  const { litellm, send, random } = startSimulation(4);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const set = { METRICS_URL: server.metricsUrl };
  await sandbox.run(["scrape-once"], { set });
  for (let round = 0; round < 5; round += 1) {
    const serving = await sandbox.serve({ set });
    send(5);
    await Bun.sleep(random() * 100);
    serving.kill("SIGINT");
    serving.kill("SIGINT");
    const { code, signal, stderr } = await serving.finished;
    expect([0, 130]).toContain(code ?? -1);
    expect(signal).toBeNull();
    expect(stderr).not.toMatch(/ error |\n\s+at /);
  }
  expect(await sandbox.run(["scrape-once"], { set })).toMatchObject({ code: 0 });
  expectUsage((await reportOf(sandbox)).total, usageOf(litellm.truth));
});

test("a client that keeps its connection open does not hold up the end", async () => {
  const { litellm } = startSimulation(5);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const { hostname, port } = new URL(serving.url);
  const answers: Buffer[] = [];
  const idle = await Bun.connect({
    hostname,
    port: Number(port),
    allowHalfOpen: true,
    socket: { data: (_, bytes) => void answers.push(bytes) },
  });
  idle.write(`GET /health/live HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await until("it is answered", () => answers.length > 0);
  serving.kill("SIGTERM");
  expect(await serving.finished).toMatchObject({ code: 0 });
  idle.end();
});

test("a second serve goes on where the first one stopped", async () => {
  const { litellm, send } = startSimulation(6);
  await using sandbox = openSandbox();
  await using server = openPageServer(() => simulatedAnswer(litellm));
  await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
  for (let life = 0; life < 3; life += 1) {
    send(4);
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    const metrics = await until("all is booked", async () => {
      const answer = await getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
      return answer.lifetime["requests"] === litellm.truth.total.requests && answer;
    });
    expectUsage(metrics.lifetime, usageOf(litellm.truth));
    send(4);
    serving.kill("SIGTERM");
    expect(await serving.finished).toMatchObject({ code: 0 });
  }
});
