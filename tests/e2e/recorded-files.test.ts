import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, type Sandbox } from "../support/binary.ts";
import { fixture } from "../support/fixtures.ts";
import { observe, sumBy } from "../support/raw-pages.ts";
import {
  NOTHING,
  PROMETHEUS_NAMES,
  recordedPage,
  recordedPages,
  truthBetween,
  USAGE_NAMES,
} from "../support/recorded.ts";
import { expectGroups, expectUsage, groupsBy, reportOf } from "./answers.ts";
import { openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

/** The same bytes by each way in which a page may come that is not fetched. */
const WAYS = {
  "a file": async (sandbox: Sandbox, body: Uint8Array) => {
    await Bun.write(join(sandbox.folder, "page.prom"), body);
    return sandbox.run(["scrape-once", "page.prom"]);
  },
  "a packed file": async (sandbox: Sandbox, body: Uint8Array) => {
    await Bun.write(join(sandbox.folder, "page.prom.gz"), Bun.gzipSync(new Uint8Array(body)));
    return sandbox.run(["scrape-once", join(sandbox.folder, "page.prom.gz")]);
  },
  stdin: (sandbox: Sandbox, body: Uint8Array) => sandbox.run(["scrape-once", "-"], { stdin: body }),
  "packed stdin": (sandbox: Sandbox, body: Uint8Array) =>
    sandbox.run(["scrape-once", "-"], { stdin: Bun.gzipSync(new Uint8Array(body)) }),
} as const;

const wayNames = Object.keys(WAYS) as (keyof typeof WAYS)[];

test("pages from files and stdin in turn are booked like those from the URL, which they stand for", async () => {
  const pages = recordedPages("sequence").slice(0, 6);
  await using sandbox = openSandbox();
  // A file names no moment, so what is younger than the first page is younger than now.
  const markAt = Date.now();
  for (const [index, { body }] of pages.slice(0, 5).entries()) {
    const way = WAYS[wayNames[index % wayNames.length] ?? "stdin"];
    expect(await way(sandbox, body)).toMatchObject({ code: 0, stderr: "" });
  }
  await using server = openPageServer(() => recordedAnswer(recordedPage("sequence", "seq-6.prom.gz")));
  const fetched = await sandbox.run(["scrape-once"], { set: { METRICS_URL: server.metricsUrl } });
  expect(fetched).toMatchObject({ code: 0 });

  const counted = observe(pages.map(({ text }) => ({ text, markAt })));
  const expected = { ...NOTHING };
  for (const name of USAGE_NAMES) {
    for (const amount of sumBy(counted, PROMETHEUS_NAMES[name]).values()) expected[name] += amount;
  }
  expect(expected.requests).toBeGreaterThan(10);
  expectUsage((await reportOf(sandbox)).total, expected);
});

test("two workers with a shared folder are booked from files as the truth says", async () => {
  const pages = recordedPages("multiproc");
  await using sandbox = openSandbox();
  for (const { body } of pages) expect(await WAYS["a file"](sandbox, body)).toMatchObject({ code: 0, stderr: "" });
  const known = truthBetween(pages[0], pages.at(-1));
  const report = await reportOf(sandbox, ["--by", "model_group"]);
  expectUsage(report.total, known.total);
  expectGroups(groupsBy(report, "model_group"), known.byGroup);
});

test("an OpenMetrics file after the text page of the same process books nothing and is no restart", async () => {
  await using sandbox = openSandbox();
  expect(await WAYS["a file"](sandbox, fixture("metrics/few-requests.prom"))).toMatchObject({ code: 0, stderr: "" });
  await WAYS.stdin(sandbox, fixture("metrics/mixed.prom"));
  const before = (await reportOf(sandbox)).total;
  expect(before["requests"]).toBeGreaterThan(0);
  for (const way of wayNames) {
    const { code, stdout, stderr } = await WAYS[way](sandbox, fixture("metrics/mixed.openmetrics.txt"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toStartWith("Nothing new");
  }
  expect((await reportOf(sandbox)).total).toEqual(before);
});

test("the whole page and its cut-down copy have the same counters", async () => {
  await using sandbox = openSandbox();
  await WAYS["a packed file"](sandbox, fixture("metrics/mixed.prom.gz"));
  expect((await WAYS.stdin(sandbox, fixture("metrics/mixed.prom"))).stdout).toStartWith("Nothing new");
});

describe("what is no page costs one line, and changes nothing:", () => {
  const page = fixture("metrics/few-requests.prom");
  const packed = Bun.gzipSync(new Uint8Array(page));
  test.each([
    ["a file that is not there", 2, "missing.prom", undefined, /missing\.prom cannot be read: there is no such file/],
    ["a directory", 2, ".", undefined, /cannot be read: it is a directory/],
    ["an empty stdin", 4, "-", "", /empty|no metrics/i],
    ["HTML", 4, "-", fixture("not-metrics/root.html"), /HTML/],
    ["JSON", 4, "-", fixture("not-metrics/readiness.json"), /JSON/],
    ["half a line at the end", 4, "-", page.slice(0, -20), /cut off|ends/],
    ["gzip that is cut off", 4, "-", packed.slice(0, -500), /cut off or damaged/],
    ["OpenMetrics without its end", 4, "-", fixture("metrics/mixed.openmetrics.txt").slice(0, -6), /# EOF/],
    ["the bytes of a program", 4, "-", new Uint8Array(5000).map((_, index) => (index * 37) % 256), /./],
  ] as const)("%s (exit code %d)", async (_, code, path, stdin, says) => {
    await using sandbox = openSandbox();
    await WAYS.stdin(sandbox, page);
    const result = await sandbox.run(["scrape-once", path], stdin === undefined ? {} : { stdin });
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: "" });
    expect(result.stderr).toMatch(says);
    expect(result.stderr).toMatch(/^\S[^\n]+\n$/);
    expect((await WAYS.stdin(sandbox, page)).stdout).toStartWith("Nothing new");
  });
});

test("a line that is no sample is skipped, counted and named by its number", async () => {
  const lines = new TextDecoder().decode(fixture("metrics/few-requests.prom")).split("\n");
  lines.splice(30, 0, 'litellm_spend_metric_total{model="x"} 0x10');
  await using sandbox = openSandbox();
  const { code, stderr } = await sandbox.run(["scrape-once", "-"], { stdin: lines.join("\n") });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^\S+ warning Skipped 1 bad line of stdin, the first is line 31 \([^)]+\): litellm_spend_metric_total[^\n]*\n$/,
  );
});
