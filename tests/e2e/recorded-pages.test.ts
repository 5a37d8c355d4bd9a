import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox, type Sandbox, until } from "../support/binary.ts";
import { NOTHING, recordedPages, USAGE_NAMES } from "../support/recorded.ts";
import {
  expectGroups,
  expectUsage,
  getJson,
  groupsBy,
  type HistoryAnswer,
  type MetricsAnswer,
  type UsageAnswer,
} from "./answers.ts";
import { createGate, openPageServer, recordedAnswer } from "./page-server.ts";
import { isWhole, observedCosts, ownValues, RECORDINGS, type Recording } from "./recordings.ts";

setDefaultTimeout(60_000);

describe.each(Object.entries(RECORDINGS))("the recording of %s", (_, open) => {
  test("is booked by one scrape-once a page as far as it can be known", async () => {
    const recording: Recording = open();
    await using sandbox = openSandbox();
    const gate = createGate();
    await using server = openPageServer(gate.answer);
    const set = { METRICS_URL: server.metricsUrl, LOG_LEVEL: "error" };
    const resets: boolean[] = [];
    for (const page of recording.pages) {
      gate.hand(recordedAnswer(page));
      const { code, stdout, stderr } = await sandbox.run(["scrape-once", "--json"], { set });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      resets.push(JSON.parse(stdout).is_reset);
    }
    expect(resets).toEqual(recording.pages.map((_, index) => index === recording.restart));
    const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    await expectBooked(sandbox, url, recording);
  });

  test("is booked by one serve as far as it can be known, and no lifetime value ever falls", async () => {
    const recording: Recording = open();
    await using sandbox = openSandbox();
    const gate = createGate();
    await using server = openPageServer(gate.answer);
    const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    let before: MetricsAnswer["lifetime"] = NOTHING;
    for (const [index, page] of recording.pages.entries()) {
      gate.hand(recordedAnswer(page));
      await until(`${page.file} is booked`, async () => (await historyOf(url)).count === index + 1);
      const { lifetime } = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
      for (const name of USAGE_NAMES) expect(Number(lifetime[name])).toBeGreaterThanOrEqual(Number(before[name]));
      before = lifetime;
    }
    await expectBooked(sandbox, url, recording);
  });
});

test("the warning of a restart stands on stderr at that page and at no other", async () => {
  await using sandbox = openSandbox();
  const gate = createGate();
  await using server = openPageServer(gate.answer);
  const warned: string[] = [];
  for (const page of recordedPages("sequence").slice(4, 9)) {
    gate.hand(recordedAnswer(page));
    const { stderr } = await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
    if (stderr.includes("LiteLLM restarted")) warned.push(page.file);
  }
  expect(warned).toEqual(["seq-7.prom.gz"]);
});

/** Everything that tells of what was booked must tell the same, and the truth. */
async function expectBooked(sandbox: Sandbox, url: string, recording: Recording): Promise<void> {
  const { pages, known, restart } = recording;
  const [today, byGroup, byKey, byModel] = await Promise.all(
    ["", "by=model_group", "by=key&period=week", "by=model&period=month"].map((each) => answerOf(sandbox, url, each)),
  );
  for (const answer of [today, byGroup, byKey, byModel]) expectUsage(answer?.total, known.total);
  expectGroups(groupsBy(byGroup, "model_group"), known.byGroup);
  expectGroups(groupsBy(byKey, "key"), known.byKey);
  expectCosts(groupsBy(byModel, "model"), observedCosts(pages));

  const metrics = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
  expect(metrics.error).toBeUndefined();
  expectUsage(metrics.lifetime, known.total);
  for (const suffix of ["_daily", "_weekly", "_monthly"]) expectUsage(metrics, known.total, suffix);
  if (isWhole(pages.at(-1))) expectUsage(metrics, ownValues(recording, pages.length - 1));
  for (const name of USAGE_NAMES) {
    const { value } = await getJson<{ value: number }>(`${url}/api/v1/metrics/${name}_daily`);
    expect(value).toBeCloseTo(known.total[name], 9);
  }

  const { models } = await getJson<{ models: Record<string, number>[] }>(`${url}/api/v1/models`);
  const { snapshots } = await historyOf(url);
  for (const name of USAGE_NAMES) {
    for (const suffix of ["_daily", "_weekly", "_monthly", "_lifetime"]) {
      expect(sumOf(models, `${name}${suffix}`)).toBeCloseTo(known.total[name], 8);
    }
    expect(sumOf(snapshots, `${name}_delta`)).toBeCloseTo(known.total[name], 8);
  }
  expect(snapshots.map((snapshot) => snapshot["is_reset"])).toEqual(pages.map((_, index) => index === restart));
  for (const [index, snapshot] of snapshots.entries()) {
    if (isWhole(pages[index])) expectUsage(snapshot, ownValues(recording, index));
  }
}

/** What the API answers to a question, which must be what `report --json` prints, byte for byte. */
async function answerOf(sandbox: Sandbox, url: string, question: string): Promise<UsageAnswer> {
  const flags = [...new URLSearchParams(question)].flatMap(([name, value]) =>
    name === "period" ? [`--${value}`] : [`--${name}`, value],
  );
  const { code, stdout, stderr } = await sandbox.run(["report", "--json", ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(await (await fetch(`${url}/api/v1/usage?${question}`)).text()).toBe(stdout);
  return JSON.parse(stdout);
}

function expectCosts(groups: ReturnType<typeof groupsBy>, expected: ReadonlyMap<string, number>): void {
  const costs = new Map([...groups].flatMap(([model, { cost }]) => (cost === 0 ? [] : [[model, Number(cost)]])));
  expect([...costs.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [model, cost] of expected) expect(costs.get(model)).toBeCloseTo(cost, 9);
}

function historyOf(url: string): Promise<HistoryAnswer> {
  return getJson(`${url}/api/v1/history`);
}

function sumOf(rows: readonly Readonly<Record<string, unknown>>[], name: string): number {
  return rows.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
}
