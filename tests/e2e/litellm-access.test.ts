import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, type RunOptions, type Sandbox } from "../support/binary.ts";
import { LOCAL_CERTIFICATE, TEST_KEY } from "../support/raw-server.ts";
import { recordedPage } from "../support/recorded.ts";
import { type Answer, openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

const KEY = "sk-key-of-these-tests";

const page: Answer = () => recordedAnswer(recordedPage("pages", "few-requests.prom"));

/** The page for those who bring the key. */
const guarded: Answer = (request) =>
  request.headers.get("authorization") === `Bearer ${KEY}`
    ? page(request)
    : Response.json("Unauthorized access to metrics endpoint", { status: 401 });

describe("the key of LiteLLM", () => {
  test("goes with the request, from the variable, a file or the flag", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(guarded);
    const file = join(sandbox.folder, "key");
    await Bun.write(file, `${KEY}\n`);
    const ways: [string[], Record<string, string>][] = [
      [[], { METRICS_API_KEY: KEY }],
      [[], { METRICS_API_KEY: `Bearer ${KEY}` }],
      [[], { METRICS_API_KEY_FILE: file }],
      [["--metrics-api-key", KEY], {}],
    ];
    for (const [flags, set] of ways) {
      expect(await scrape(sandbox, server.metricsUrl, { set }, flags)).toMatchObject({ code: 0, stderr: "" });
    }
    const wrong = await scrape(sandbox, server.metricsUrl, { set: { METRICS_API_KEY: "sk-wrong-key" } });
    expect(wrong).toMatchObject({ code: 4, stdout: "" });
    expect(wrong.stderr).toMatch(/status 401.*LITELLM_PULSE_METRICS_API_KEY must be/);
  });

  test("goes along where /metrics is redirected to /metrics/", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer((request) =>
      new URL(request.url).pathname === "/metrics" ? redirect(`${server.url}/metrics/`) : guarded(request),
    );
    const set = { METRICS_API_KEY: KEY };
    expect(await scrape(sandbox, `${server.url}/metrics`, { set })).toMatchObject({ code: 0, stderr: "" });
    expect(server.requests.map(({ url }) => new URL(url).pathname)).toEqual(["/metrics", "/metrics/"]);
  });

  test("never goes to another origin, whose page is taken if it needs none", async () => {
    await using sandbox = openSandbox();
    await using other = openPageServer(page);
    await using server = openPageServer(() => redirect(other.metricsUrl));
    const withKey = await scrape(sandbox, server.metricsUrl, { set: { METRICS_API_KEY: KEY } });
    expect(withKey).toMatchObject({ code: 0 });
    const withPassword = await scrape(sandbox, server.metricsUrl.replace("http://", "http://me:geheim@"));
    expect(withPassword).toMatchObject({ code: 0 });
    expect(server.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
      `Bearer ${KEY}`,
      `Basic ${btoa("me:geheim")}`,
    ]);
    expect(other.requests.map(({ headers }) => headers.get("authorization"))).toEqual([null, null]);
    for (const { url, headers } of other.requests) {
      expect(JSON.stringify([url, ...headers])).not.toMatch(/sk-key|geheim/);
    }
  });

  test("is said not to have been sent on where the other origin wants one", async () => {
    await using sandbox = openSandbox();
    await using other = openPageServer(guarded);
    await using server = openPageServer(() => redirect(other.metricsUrl));
    const { code, stderr } = await scrape(sandbox, server.metricsUrl, { set: { METRICS_API_KEY: KEY } });
    expect(code).toBe(4);
    expect(stderr).toMatch(/status 401.*key was not sent on.*LITELLM_PULSE_METRICS_URL to http:\/\/127/);
    expect(stderr).not.toContain(KEY);
  });
});

describe("a self-signed certificate", () => {
  const tls = { key: TEST_KEY, cert: LOCAL_CERTIFICATE };

  test("is taken by default, and refused with a hint where it is to be verified", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(page, tls);
    expect(await scrape(sandbox, server.metricsUrl)).toMatchObject({ code: 0, stderr: "" });
    for (const [flags, set] of [[["--verify-ssl"], {}] as const, [[], { VERIFY_SSL: "true" }] as const]) {
      const { code, stdout, stderr } = await scrape(sandbox, server.metricsUrl, { set }, flags);
      expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
      expect(stderr).toMatch(/^[^\n]*self-signed[^\n]*LITELLM_PULSE_CA_FILE[^\n]*\n$/);
    }
    const overruled = await scrape(sandbox, server.metricsUrl, { set: { VERIFY_SSL: "true" } }, ["--no-verify-ssl"]);
    expect(overruled).toMatchObject({ code: 0 });
  });

  test("is verified against LITELLM_PULSE_CA_FILE", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(page, tls);
    const file = join(sandbox.folder, "ca.pem");
    await Bun.write(file, LOCAL_CERTIFICATE);
    const set = { VERIFY_SSL: "true", CA_FILE: file };
    expect(await scrape(sandbox, server.metricsUrl, { set })).toMatchObject({ code: 0, stderr: "" });
    const missing = await scrape(sandbox, server.metricsUrl, { set: { ...set, CA_FILE: `${file}.missing` } });
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toContain("LITELLM_PULSE_CA_FILE");
  });

  test("is named where http meets a port that speaks TLS, and the other way round", async () => {
    await using sandbox = openSandbox();
    await using secure = openPageServer(page, tls);
    await using plain = openPageServer(page);
    for (const url of [secure.metricsUrl.replace("https", "http"), plain.metricsUrl.replace("http", "https")]) {
      const { code, stderr } = await scrape(sandbox, url);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^[^\n]*LITELLM_PULSE_METRICS_URL[^\n]*\n$/);
    }
  });
});

describe("a page of this machine", () => {
  test("is asked for without the proxy that the environment names", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(page);
    const env = { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" };
    expect(await scrape(sandbox, server.metricsUrl, { env })).toMatchObject({ code: 0, stderr: "" });
  });

  test("is asked for as plain text by a user agent with our name and version", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(page);
    expect(await scrape(sandbox, server.metricsUrl)).toMatchObject({ code: 0 });
    const headers = server.requests[0]?.headers;
    expect(headers?.get("user-agent")).toMatch(/^litellm-pulse\/\d+\.\d+\.\d+$/);
    expect(headers?.get("accept")).not.toContain("openmetrics");
    expect(headers?.get("authorization")).toBeNull();
  });
});

function scrape(sandbox: Sandbox, url: string, options: RunOptions = {}, flags: readonly string[] = []) {
  return sandbox.run(["scrape-once", ...flags], { ...options, set: { METRICS_URL: url, ...options.set } });
}

function redirect(to: string): Response {
  return new Response(null, { status: 307, headers: { location: to } });
}
