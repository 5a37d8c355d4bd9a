import { afterEach, describe, expect, test } from "bun:test";
import type { Fault } from "../../lib/demo/fault.ts";
import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { makeEvent } from "../../lib/demo/make-event.ts";
import { type ServedLiteLLM, type ServeOptions, serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";
import { readPage, sumOf } from "./read-page.ts";

const START = Date.UTC(2026, 10, 21, 20, 34, 56);
const running: ServedLiteLLM[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((served) => served.stop()));
});

function serve(options: Partial<ServeOptions> = {}, workers = 1) {
  const clock = { at: START };
  const now = () => clock.at;
  const litellm = createSimulatedLiteLLM({ seed: 1, now, workers, startedAt: START });
  for (let worker = 0; worker < workers; worker += 1) {
    for (let times = 0; times <= worker; times += 1) litellm.send(makeEvent(litellm.population, { at: START }), worker);
  }
  const served = serveSimulatedLiteLLM({ litellm, port: 0, now, ...options });
  running.push(served);
  return { clock, litellm, served };
}

const requestsOn = (page: string) => sumOf(page, "litellm_proxy_total_requests_metric_total");

describe("the page", () => {
  test("comes with uvicorn's headers, in chunks, as plain text", async () => {
    const { served, litellm } = serve();
    const answer = await fetch(served.metricsUrl, { headers: { "accept-encoding": "identity" } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toEqual({
      date: "Sat, 21 Nov 2026 20:34:56 GMT",
      server: "uvicorn",
      vary: "Origin",
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "transfer-encoding": "chunked",
    });
    expect(await answer.text()).toBe(litellm.page());
  });

  test("is redirected to the path with the slash", async () => {
    const { served } = serve();
    const answer = await fetch(`${served.url}/metrics`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([307, served.metricsUrl]);
    expect(served.received.map((request) => request.path)).toEqual(["/metrics"]);
  });

  test("is packed when asked for", async () => {
    const { served, litellm } = serve();
    const answer = await fetch(served.metricsUrl, { headers: { "accept-encoding": "gzip" }, decompress: false });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect(new TextDecoder().decode(Bun.gunzipSync(await answer.arrayBuffer()))).toBe(litellm.page());
  });

  test.each(["application/openmetrics-text", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2"])(
    "is OpenMetrics for %s",
    async (accept) => {
      const { served } = serve();
      const answer = await fetch(served.metricsUrl, { headers: { accept } });
      expect(answer.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
      expect(await answer.text()).toEndWith("# EOF\n");
    },
  );

  test("has the date that it was told to have", async () => {
    const { served, clock } = serve();
    clock.at += 60_000;
    expect((await fetch(served.metricsUrl)).headers.get("date")).toBe("Sat, 21 Nov 2026 20:35:56 GMT");
    served.date = "Fri, 20 Nov 2026 00:00:00 GMT";
    expect((await fetch(served.metricsUrl)).headers.get("date")).toBe("Fri, 20 Nov 2026 00:00:00 GMT");
  });

  test("comes from the workers in the order given, over and over", async () => {
    const { served } = serve({ order: "AAB" }, 2);
    const counts: number[] = [];
    for (let times = 0; times < 5; times += 1) counts.push(requestsOn(await (await fetch(served.metricsUrl)).text()));
    expect(counts).toEqual([1, 1, 2, 1, 1]);
  });

  test("shows traffic up to now where traffic is on", async () => {
    const { served, clock, litellm } = serve({ traffic: true });
    clock.at += 86_400_000;
    const requests = requestsOn(await (await fetch(served.metricsUrl)).text());
    expect(requests).toBe(litellm.truth.total.requests);
    expect(requests).toBeGreaterThan(50);
  });
});

describe("a key", () => {
  test.each([
    [undefined, 401, "Malformed API Key"],
    ["sk-right", 401, "Malformed API Key"],
    ["Bearer sk-wrong", 401, "No connected db"],
    ["Bearer sk-right", 200, "# HELP"],
  ])("is checked: %p gives %d", async (authorization, status, text) => {
    const { served } = serve({ key: "sk-right" });
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await fetch(served.metricsUrl, { headers });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
    expect(served.received[0]?.headers.get("authorization")).toBe(authorization);
  });

  test("is not asked for elsewhere", async () => {
    const { served } = serve({ key: "sk-right" });
    expect(await (await fetch(`${served.url}/health/liveliness`)).json()).toBe("I'm alive!");
    expect(await (await fetch(`${served.url}/`)).text()).toContain("Swagger UI");
    expect((await fetch(`${served.url}/no/such/route`)).status).toBe(404);
  });
});

describe("a fault", () => {
  const answers: [string, Fault, number, string][] = [
    ["status", { kind: "status", status: 503 }, 503, "Simulated 503"],
    ["html", { kind: "html" }, 200, "<!DOCTYPE html>"],
    ["json", { kind: "json" }, 200, '{"status":"healthy"}'],
    ["empty", { kind: "empty" }, 200, ""],
    ["page of text", { kind: "page", body: "up 1\n" }, 200, "up 1\n"],
    ["page of bytes", { kind: "page", body: new TextEncoder().encode("up 2\n") }, 200, "up 2\n"],
    ["redirect", { kind: "redirect", to: "http://127.0.0.1:1/elsewhere" }, 307, ""],
  ];
  test.each(answers)("%s is answered once, and then the page again", async (_, fault, status, text) => {
    const { served } = serve();
    served.faults.push(fault);
    const answer = await fetch(served.metricsUrl, { redirect: "manual" });
    expect(answer.status).toBe(status);
    const body = await answer.text();
    expect(text === "" ? body === "" : body.includes(text)).toBeTrue();
    expect(readPage(await (await fetch(served.metricsUrl)).text()).length).toBeGreaterThan(40);
  });

  test("holds for as many answers as it says, in the order of the queue", async () => {
    const { served } = serve();
    served.faults.push(
      { kind: "status", status: 500, times: 2 },
      { kind: "status", status: 429, times: Number.POSITIVE_INFINITY },
    );
    const statuses: number[] = [];
    for (let times = 0; times < 4; times += 1) statuses.push((await fetch(served.metricsUrl)).status);
    served.faults.length = 0;
    statuses.push((await fetch(served.metricsUrl)).status);
    expect(statuses).toEqual([500, 500, 429, 429, 200]);
  });

  test("of the whole page overrides type and date", async () => {
    const { served } = serve();
    served.faults.push({ kind: "page", body: "x", contentType: "text/csv", date: "Thu, 01 Jan 1970 00:00:00 GMT" });
    const { headers } = await fetch(served.metricsUrl);
    expect([headers.get("content-type"), headers.get("date")]).toEqual(["text/csv", "Thu, 01 Jan 1970 00:00:00 GMT"]);
  });

  test("cut breaks the connection in the middle of the page", async () => {
    const { served, litellm } = serve();
    served.faults.push({ kind: "cut", bytes: 5000 });
    const answer = await fetch(served.metricsUrl, { headers: { "accept-encoding": "identity" } });
    const { text, failure } = await readUntilFailure(answer);
    expect(failure).toBeInstanceOf(Error);
    expect(text).toBe(litellm.page().slice(0, 5000));
  });

  test("cut at nothing drops the connection before any header", async () => {
    const { served } = serve();
    served.faults.push({ kind: "cut", bytes: 0 });
    await expect(fetch(served.metricsUrl)).rejects.toThrow();
  });

  test("truncate ends in order with half a page", async () => {
    const { served, litellm } = serve();
    served.faults.push({ kind: "truncate", bytes: 5000 });
    expect(await (await fetch(served.metricsUrl)).text()).toBe(litellm.page().slice(0, 5000));
  });

  test("hang gives no answer until the client goes", async () => {
    const { served } = serve();
    served.faults.push({ kind: "hang" });
    const given = new AbortController();
    const answer = fetch(served.metricsUrl, { signal: given.signal });
    while (served.received.length === 0) await fetch(`${served.url}/health/liveliness`);
    expect(Bun.peek.status(answer)).toBe("pending");
    given.abort();
    await expect(answer).rejects.toThrow();
  });

  test("drip brings the page in small pieces without end", async () => {
    const { served } = serve();
    served.faults.push({ kind: "drip", everyMs: 1 });
    const reader = (await fetch(served.metricsUrl)).body?.getReader();
    const pieces: string[] = [];
    while (pieces.length < 3) pieces.push(new TextDecoder().decode((await reader?.read())?.value));
    await reader?.cancel();
    expect(pieces.join("")).toStartWith("# HELP python_gc");
    expect(pieces.join("").length).toBeLessThan(1000);
  });
});

/** The body as far as it comes, and the error that ended it. */
async function readUntilFailure(answer: Response): Promise<{ text: string; failure: unknown }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch (failure) {
    return { text, failure };
  }
  return { text, failure: undefined };
}
