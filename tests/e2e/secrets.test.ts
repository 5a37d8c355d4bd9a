import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openSandbox, until } from "../support/binary.ts";
import { recordedPage } from "../support/recorded.ts";
import { type Answer, openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

const METRICS_KEY = "sk-metrics-3fW9!secret";
const API_KEY = "pulse-api-7hQ2-secret";
const PASSWORD = "p4ss/w:rd@secret";

/** Every spelling in which a secret could stand somewhere. */
const SPELLINGS = [METRICS_KEY, API_KEY, PASSWORD].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  encodeURI(secret),
  btoa(secret).replace(/=+$/, ""),
  btoa(`me:${secret}`).replace(/=+$/, ""),
  JSON.stringify(secret).slice(1, -1),
  new Bun.CryptoHasher("sha256").update(secret).digest("hex"),
]);

const ROUTES = [
  "/",
  "/api/v1/metrics",
  "/api/v1/metrics/cost",
  "/api/v1/metrics/no-such-metric",
  "/api/v1/models",
  "/api/v1/history",
  "/api/v1/history?limit=x",
  "/api/v1/usage",
  "/api/v1/usage?by=key",
  "/api/v1/usage?by=nonsense",
  "/raw",
  "/health",
  "/health/live",
  "/no/such/route",
];

/** What LiteLLM answers: its page, and things that make a message. */
const ANSWERS: readonly (readonly [what: string, answer: Answer])[] = [
  ["its page", () => recordedAnswer(recordedPage("pages", "few-requests.prom"))],
  ["401", () => new Response("no", { status: 401 })],
  ["500 with what it was sent", (request) => echo(request, 500)],
  ["JSON with what it was sent", (request) => echo(request, 200)],
  ["a redirect with what it was sent", redirectWithSecrets],
  ["a redirect elsewhere", () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } })],
];

describe.each(["text", "json"])("in the log format %s at level debug, no secret is in", (format) => {
  const set = (metricsUrl: string) => ({
    METRICS_URL: withPassword(metricsUrl),
    METRICS_API_KEY: METRICS_KEY,
    API_KEY,
    LOG_LEVEL: "debug",
    LOG_FORMAT: format,
  });

  test("what any command writes", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(() => new Response(""));
    const written: string[] = [];
    const run = async (args: readonly string[], more: Record<string, string | undefined> = {}) => {
      const { stdout, stderr } = await sandbox.run(args, { set: { ...set(server.metricsUrl), ...more } });
      written.push(stdout, stderr);
    };
    for (const [, answer] of ANSWERS) {
      server.answer = answer;
      await run(["scrape-once"]);
      await run(["scrape-once", "--json"], { METRICS_API_KEY: undefined });
    }
    await run(["scrape-once"], { METRICS_URL: withPassword("http://127.0.0.1:1/metrics/") });
    await run(["scrape-once"], {
      METRICS_URL: `${withPassword("http://127.0.0.1:1/metrics/")}?api_key=${METRICS_KEY}`,
    });
    await run(["scrape-once"], { METRICS_URL: withPassword("ftp://127.0.0.1:1/metrics/") });
    await run(["scrape-once"], { METRICS_URL: `not a url me:${PASSWORD}@x` });
    await run(["scrape-once"], { METRICS_API_KEY: `${METRICS_KEY}\u0001` });
    await run(["scrape-once"], { DB_PATH: "/proc/nowhere/pulse.db" });
    await run(["scrape-once"], { DB_PATH: undefined, TIMEZONE: "Mars/Olympus" });
    const flags = ["--metrics-api-key", METRICS_KEY, "--metrics-url", withPassword(server.metricsUrl)];
    await run(["scrape-once", ...flags], { METRICS_URL: undefined, METRICS_API_KEY: undefined });
    await run(["config", "--api-key", API_KEY, ...flags]);
    await run(["config", "--metrics-api-key", `${METRICS_KEY}\n`]);
    for (const args of [["report"], ["report", "--json"], ["purge"], ["config"], ["config", "--json"], ["health"]]) {
      await run(args);
    }
    await run(["health", "--live"], { HOST: "127.0.0.1", PORT: "1" });
    await run(["serve", "--help"]);
    await run(["serve"], { PORT: new URL(server.url).port, HOST: "127.0.0.1" });
    expectNoSecret(written.join("\n"));
    expect(written.join("\n")).toContain("***");
  });

  test("what serve logs and answers, with its key and without", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(() => new Response(""));
    const serving = await sandbox.serve({ set: set(server.metricsUrl) });
    const texts: string[] = [];
    for (const [what, answer] of ANSWERS) {
      const asked = server.requests.length;
      server.answer = answer;
      await until(`LiteLLM has answered ${what} twice`, () => server.requests.length > asked + 1);
      for (const route of ROUTES) {
        for (const headers of [
          {},
          { authorization: `Bearer ${API_KEY}` },
          { authorization: `Bearer ${METRICS_KEY}` },
        ]) {
          const response = await fetch(`${serving.url}${route}`, { headers });
          texts.push(JSON.stringify([...response.headers]), await response.text());
        }
      }
    }
    serving.kill("SIGTERM");
    const { code, stdout, stderr } = await serving.finished;
    expect(code).toBe(0);
    expectNoSecret([stdout, stderr, ...texts].join("\n"));
    if (format === "json")
      for (const line of stderr.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("level");
  });

  test("the database", async () => {
    await using sandbox = openSandbox();
    await using server = openPageServer(() => recordedAnswer(recordedPage("pages", "few-requests.prom")));
    expect(await sandbox.run(["scrape-once"], { set: set(server.metricsUrl) })).toMatchObject({ code: 0 });
    expectNoSecret(await Bun.file(sandbox.dbPath).text());
    const wal = Bun.file(`${sandbox.dbPath}-wal`);
    if (await wal.exists()) expectNoSecret(await wal.text());
  });
});

test("a secret's file is read, and neither it nor what is in it is shown", async () => {
  await using sandbox = openSandbox();
  const path = join(sandbox.folder, "api-key");
  await Bun.write(path, `${API_KEY}\n`);
  const { stdout, stderr } = await sandbox.run(["config", "--json"], { set: { API_KEY_FILE: path } });
  const { settings }: { settings: { env: string; value: unknown }[] } = JSON.parse(stdout);
  expect(settings.find(({ env }) => env === "LITELLM_PULSE_API_KEY")).toMatchObject({ value: "***" });
  expectNoSecret(stdout + stderr);
});

test("with a key, everything but health asks for it", async () => {
  await using sandbox = openSandbox();
  await using server = openPageServer(() => recordedAnswer(recordedPage("pages", "few-requests.prom")));
  const { url } = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, API_KEY } });
  await until("it is well", async () => (await fetch(`${url}/health`)).ok);
  for (const route of ["/", "/api/v1/metrics", "/api/v1/models", "/api/v1/history", "/api/v1/usage", "/raw"]) {
    const statusWith = async (authorization: string) =>
      (await fetch(`${url}${route}`, { headers: { authorization } })).status;
    const statuses = [await statusWith(""), await statusWith("Bearer wrong"), await statusWith(`Bearer ${API_KEY}`)];
    expect({ route, statuses }).toEqual({ route, statuses: [401, 401, 200] });
  }
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

function expectNoSecret(text: string): void {
  for (const spelling of SPELLINGS) {
    const at = text.indexOf(spelling);
    expect(at < 0 ? "" : text.slice(Math.max(0, at - 100), at + 100)).toBe("");
  }
}

function withPassword(url: string): string {
  return url.replace("://", `://me:${encodeURIComponent(PASSWORD)}@`);
}

function echo(request: Request, status: number): Response {
  return Response.json([...request.headers], { status });
}

/** Leads to an address that holds whatever proved who asks. */
function redirectWithSecrets(request: Request): Response {
  const url = new URL(request.url);
  if (url.pathname === "/elsewhere") return new Response("no", { status: 403 });
  const [kind, sent = ""] = (request.headers.get("authorization") ?? "").split(" ");
  const secret = kind === "Basic" ? atob(sent).replace(/^[^:]*:/, "") : sent;
  const to = new URL(`/elsewhere?token=${sent}&x=${encodeURIComponent(secret)}&y=${sent}`, url);
  return new Response(null, { status: 307, headers: { location: to.href } });
}
