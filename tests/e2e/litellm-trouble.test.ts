import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chunkedBody, drippingBody } from "../../lib/demo/uvicorn.ts";
import { openSandbox, until } from "../support/binary.ts";
import { fixture, fixtureText } from "../support/fixtures.ts";
import { minus, NOTHING, recordedPage } from "../support/recorded.ts";
import { expectUsage, getJson, type MetricsAnswer, reportOf, usageOf } from "./answers.ts";
import { type Answer, openPageServer, recordedAnswer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

const PAGE = fixture("metrics/few-requests.prom");
const TEXT = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

const REFUSED = ["metrics-no-key.json", "metrics-wrong-key.json", "metrics-without-callback.json"];

type Trouble = readonly [name: string, answer: Answer, says: RegExp];

/** What LiteLLM, or what stands in its place, may answer instead of its page; and what the one line must say. */
const TROUBLES: readonly Trouble[] = [
  [
    "gives no answer",
    () => new Promise<Response>(() => {}),
    /timed out after 1 s without an answer.*LITELLM_PULSE_SCRAPE_TIMEOUT/,
  ],
  [
    "drips for ever",
    () => new Response(drippingBody(PAGE, 5), { headers: TEXT }),
    /timed out after 1 s, with \d+ bytes.*LITELLM_PULSE_SCRAPE_TIMEOUT/,
  ],
  ["stops in the middle", stopInTheMiddle, /timed out after 1 s, with \d+ bytes/],
  ["wants a key (401)", status(401), /status 401.*LITELLM_PULSE_METRICS_API_KEY/],
  ["forbids it (403)", status(403), /status 403.*LITELLM_PULSE_METRICS_API_KEY/],
  ["has no such page (404)", status(404), /status 404.*callback.*\/metrics\//],
  ["has a bug (500)", status(500), /status 500/],
  ["is starting (503)", status(503), /status 503/],
  ["redirects in a circle", (request) => redirect(request.url), /redirected in a circle/],
  ["redirects to nowhere", () => new Response(null, { status: 307 }), /redirected without saying where/],
  ["answers with nothing", () => new Response("", { headers: TEXT }), /empty|no metrics|not.*metrics/i],
  ["breaks the connection before it answers", () => new Response(chunkedBody(PAGE, 0), { headers: TEXT }), /closed/],
  ["breaks the connection in the middle", () => new Response(chunkedBody(PAGE, 70_000), { headers: TEXT }), /cut off/],
  ["ends in the middle of a line", () => new Response(PAGE.slice(0, 70_001), { headers: TEXT }), /cut off|ends/],
  ["sends OpenMetrics without its end", () => openMetrics(/# EOF\n$/), /cut off|# EOF/],
  ["sends OpenMetrics that is cut off", () => openMetrics(/[^\n]*\n[^\n]*\n# EOF\n$/), /cut off|# EOF/],
  ["sends gzip that is cut off", () => gzip((packed) => packed.slice(0, -1000)), /cut off.*gzip/],
  ["sends gzip that is damaged", () => gzip(damaged), /cut off.*gzip/],
  [
    "sends gzip that is none",
    () => new Response("# HELP x", { headers: { ...TEXT, "content-encoding": "gzip" } }),
    /cut off.*gzip/,
  ],
  ["sends brotli", () => new Response("x", { headers: { ...TEXT, "content-encoding": "br" } }), /encoding br/],
  ...recordedAnswers(),
];

describe("a LiteLLM that", () => {
  test.each(TROUBLES)("%s costs one clear line and exit code 4, and loses nothing", async (_, answer, says) => {
    const { litellm, send } = startSimulation(1);
    const good = () => simulatedAnswer(litellm);
    await using sandbox = openSandbox();
    await using server = openPageServer(good);
    const scrape = () =>
      sandbox.run(["scrape-once", "--json"], { set: { METRICS_URL: server.metricsUrl, SCRAPE_TIMEOUT: "1" } });
    expect(await scrape()).toMatchObject({ code: 0, stderr: "" });
    send(5);

    server.answer = answer;
    const { code, stdout, stderr } = await scrape();
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(says);
    expectOneClearLine(stderr);

    server.answer = good;
    const after = await scrape();
    expect(after).toMatchObject({ code: 0, stderr: "" });
    expectUsage({ ...NOTHING, ...JSON.parse(after.stdout).booked }, usageOf(litellm.truth));
  });

  test("is down costs one clear line and exit code 4, and loses nothing", async () => {
    await using sandbox = openSandbox();
    const { litellm, send } = startSimulation(2);
    send(20);
    const first = usageOf(litellm.truth);
    const before = openPageServer(() => simulatedAnswer(litellm));
    const scrape = (url: string) => sandbox.run(["scrape-once"], { set: { METRICS_URL: url, LOG_LEVEL: "error" } });
    expect(await scrape(before.metricsUrl)).toMatchObject({ code: 0 });
    await before[Symbol.asyncDispose]();
    send(5);

    const { code, stdout, stderr } = await scrape(before.metricsUrl);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(/connection was refused.*LITELLM_PULSE_METRICS_URL/);
    expectOneClearLine(stderr);

    // It comes back under another port, and its series say that it is the same one.
    await using after = openPageServer(() => simulatedAnswer(litellm));
    expect(await scrape(after.metricsUrl)).toMatchObject({ code: 0 });
    expectUsage((await reportOf(sandbox)).total, minus(usageOf(litellm.truth), first));
  });

  test("has a host name that nobody knows costs one clear line and exit code 4", async () => {
    await using sandbox = openSandbox();
    const { code, stderr } = await sandbox.run(["scrape-once"], {
      set: { METRICS_URL: "http://litellm.invalid:4000/metrics/" },
    });
    expect(code).toBe(4);
    expectOneClearLine(stderr);
    expect(stderr).toContain("litellm.invalid");
  });

  test("is in every trouble while serve runs makes it say so, and loses nothing", async () => {
    const { litellm, send } = startSimulation(3);
    const good = () => simulatedAnswer(litellm);
    await using sandbox = openSandbox();
    await using server = openPageServer(good);
    const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, SCRAPE_TIMEOUT: "0.1" } });
    const metrics = () => getJson<MetricsAnswer>(`${serving.url}/api/v1/metrics`);
    await until("the first page is booked", async () => (await metrics()).last_scrape !== null);
    for (const [name, answer] of TROUBLES.filter((_, index) => index % 3 === 0)) {
      const asked = server.requests.length;
      server.answer = answer;
      await until(`the answer tells that LiteLLM ${name}`, async () => {
        return server.requests.length > asked && (await metrics()).error !== undefined;
      });
      send(3);
      server.answer = good;
      await until("scraping works again", async () => (await metrics()).error === undefined);
      const { lifetime } = await until("all is booked", async () => {
        const answer = await metrics();
        return answer.lifetime["requests"] === litellm.truth.total.requests && answer;
      });
      expectUsage(lifetime, usageOf(litellm.truth));
    }
    for (const line of serving.stderr().trim().split("\n"))
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z (info|error) \S/);
  });
});

describe("before and after the first good page", () => {
  test("health is starting, ok and stale, each with the right status", async () => {
    const { litellm } = startSimulation(4);
    await using sandbox = openSandbox();
    await using server = openPageServer(status(503));
    const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl } });
    const health = async () => {
      const response = await fetch(`${url}/health`);
      const body: object = JSON.parse(await response.text());
      return { code: response.status, status: "", ...body };
    };
    const isNow = (wanted: string) =>
      until(`health is ${wanted}`, async () => {
        const answer = await health();
        return answer.status === wanted && answer;
      });
    expect(await isNow("starting")).toMatchObject({ code: 503 });
    server.answer = () => simulatedAnswer(litellm);
    expect(await isNow("ok")).toEqual({ code: 200, status: "ok" });
    server.answer = status(503);
    expect(await isNow("stale")).toMatchObject({ code: 503, reason: expect.stringContaining("status 503") });
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: "ok" });
  });
});

/** One line that says something, without a stack, a period at its end or something that steers a terminal. */
function expectOneClearLine(stderr: string): void {
  expect(stderr).toMatch(/^\S[^\n]+[^\n.]\n$/);
  expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
  expect(stderr).not.toMatch(/undefined|\[object|TypeError|node_modules|\.ts:\d/);
}

function status(code: number): Answer {
  return () => Response.json({ detail: "Something else" }, { status: code });
}

function redirect(to: string): Response {
  return new Response(null, { status: 307, headers: { location: to } });
}

function stopInTheMiddle(): Response {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(PAGE.slice(0, 70_000)) });
  return new Response(body, { headers: TEXT });
}

function openMetrics(cut: RegExp): Response {
  const page = recordedPage("pages", "mixed.openmetrics.txt");
  const body = new TextEncoder().encode(page.text.replace(cut, ""));
  return recordedAnswer({ ...page, body });
}

function gzip(spoil: (packed: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): Response {
  return new Response(spoil(Bun.gzipSync(new Uint8Array(PAGE))), { headers: { ...TEXT, "content-encoding": "gzip" } });
}

function damaged(packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return packed.map((byte, index) => (index % 1000 === 500 ? byte ^ 0xff : byte));
}

/** The recorded answers that are no page, with their status and headers. */
function recordedAnswers(): Trouble[] {
  const index: { answers: { file: string | null; status?: number; headers?: Record<string, string> }[] } = JSON.parse(
    fixtureText("not-metrics/not-metrics.json"),
  );
  return index.answers.flatMap(({ file, status, headers }) => {
    // Of those that are refused by their status, one of a kind is enough.
    if (file === null || status === undefined || (status !== 200 && !REFUSED.includes(file))) return [];
    const body = fixtureText(`not-metrics/${file}`);
    const type = headers?.["content-type"] ?? "";
    const answer = () => new Response(body, { status, headers: { "content-type": type } });
    return [[`answers with ${file}`, answer, /\/metrics\//] as const];
  });
}
