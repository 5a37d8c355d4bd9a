import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, until } from "../support/binary.ts";
import { NOTHING, USAGE_NAMES, type Usage } from "../support/recorded.ts";
import { getJson, type HistoryAnswer, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { createGate, openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

/** A page of the multiprocess mode, where nothing tells one process from another: requests by model group. */
function page(requests: Readonly<Record<string, number>>): string {
  const name = "litellm_proxy_total_requests_metric";
  const lines = Object.entries(requests).map(
    ([group, value]) => `${name}_total{requested_model="${group}"} ${value}.0\n`,
  );
  return `# HELP ${name}_total Total number of requests made to the proxy server\n# TYPE ${name}_total counter\n${lines.join("")}`;
}

test.each([
  [
    "values that fell",
    [
      { a: 10, b: 4 },
      { a: 12, b: 5 },
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
    { a: 2 + 3, b: 1 + 4 },
  ],
  [
    "values that fell and one that is beyond",
    [
      { a: 10, b: 4 },
      { a: 12, b: 5 },
      { a: 1, b: 6 },
    ],
    { a: 2 + 1, b: 1 + 6 },
  ],
  [
    "a model that is used again only later",
    [{ a: 10, b: 4 }, { a: 12, b: 5 }, { a: 1 }, { a: 2, b: 3 }],
    { a: 2 + 2, b: 1 + 3 },
  ],
  [
    "a model that is then used more than before",
    [{ a: 10, b: 4 }, { a: 12, b: 5 }, { a: 1 }, { a: 2, b: 7 }],
    { a: 2 + 2, b: 1 + 7 },
  ],
] as const)("a restart that no name tells is booked from nothing on: %s", async (_, pages, booked) => {
  await using sandbox = openSandbox();
  for (const requests of pages) {
    expect(await sandbox.run(["scrape-once", "-"], { stdin: page(requests) })).toMatchObject({ code: 0 });
  }
  const { groups } = await reportOf(sandbox, ["--by", "model_group"]);
  expect(Object.fromEntries(groups.map((group) => [group["model_group"], group["requests"]]))).toEqual(booked);
});

test("workers that nothing tells apart are noticed, the cure is named, and never more is told than is true", async () => {
  const { litellm, send } = startSimulation(7, { workers: 2, workerSpreadMs: 0, created: false });
  await using sandbox = openSandbox();
  const gate = createGate();
  await using server = openPageServer(gate.answer);
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
  const { url } = serving;
  let published = NOTHING;
  for (let page = 1; page <= 24; page += 1) {
    gate.hand(simulatedAnswer(litellm, page % 2));
    await until("it is booked", async () => (await getJson<HistoryAnswer>(`${url}/api/v1/history`)).count === page);
    const { lifetime } = await getJson<MetricsAnswer & { lifetime: Usage }>(`${url}/api/v1/metrics`);
    for (const name of USAGE_NAMES) expect(lifetime[name]).toBeGreaterThanOrEqual(published[name]);
    published = lifetime;
    send(40);
  }
  const cure = "PROMETHEUS_MULTIPROC_DIR";
  expect(await getJson(`${url}/health`)).toMatchObject({ status: "ok", notes: [expect.stringContaining(cure)] });
  expect(
    serving
      .stderr()
      .split("\n")
      .filter((line) => line.includes(cure)),
  ).toHaveLength(1);
  expect((await sandbox.run(["report"])).stdout).toContain(cure);
  const { total } = JSON.parse((await sandbox.run(["report", "--json"])).stdout);
  const truth = usageOf(litellm.truth);
  for (const name of USAGE_NAMES) expect(total[name]).toBeLessThanOrEqual(truth[name]);
  expect(total.requests).toBeGreaterThan(truth.requests / 4);
});
