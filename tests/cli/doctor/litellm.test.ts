import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulatedLiteLLM } from "../../../lib/demo/litellm.ts";
import { type ServedLiteLLM, serveSimulatedLiteLLM } from "../../../lib/demo/serve.ts";
import { type Answer, openPageServer } from "../../e2e/page-server.ts";
import { temporaryFolder } from "../../support/api.ts";
import { closedPort, ELSEWHERE_CERTIFICATE, LOCAL_CERTIFICATE, TEST_KEY } from "../../support/raw-server.ts";
import { aboutOf, examine } from "./examine.ts";

setDefaultTimeout(60_000);

const KEY = "sk-key-of-these-tests";
const FIXTURES = join(import.meta.dir, "../../fixtures/metrics");

/** Serves a simulated LiteLLM that had a day of traffic. */
function serve(options: { key?: string; workers?: number; order?: string } = {}): ServedLiteLLM & AsyncDisposable {
  const { workers = 1, order, key } = options;
  const now = () => Date.now();
  const litellm = createSimulatedLiteLLM({ seed: 1, now, startedAt: now() - 86_400_000, buckets: 0, workers });
  litellm.advance(now());
  const served = serveSimulatedLiteLLM({
    litellm,
    port: 0,
    now,
    ...(key === undefined ? {} : { key }),
    ...(order === undefined ? {} : { order }),
  });
  return Object.assign(served, { [Symbol.asyncDispose]: () => served.stop() });
}

const text =
  (body: string, contentType = "text/plain; version=0.0.4"): Answer =>
  () =>
    new Response(body, { headers: { "content-type": contentType, date: new Date().toUTCString() } });

/** What doctor says of one thing about a URL, with the exit code in front. */
async function said(about: string, set: Record<string, string>, files: Record<string, string> = {}): Promise<string> {
  using temporary = temporaryFolder();
  const { code, findings } = await examine({ DB_PATH: temporary.path, SCRAPE_TIMEOUT: "2", ...set }, { files });
  return `${code} ${aboutOf(findings, about).join("\n")}`;
}

describe("LiteLLM", () => {
  test("that gives its page is well", async () => {
    await using served = serve();
    expect(await said("LiteLLM", { METRICS_URL: served.metricsUrl })).toMatch(
      /^0 ok: http:\S+ gives a page of \d+ kB$/,
    );
    expect(await said("metrics", { METRICS_URL: served.metricsUrl })).toMatch(
      /^0 ok: The page has \d+ of the \d+ counters/,
    );
  });

  test("asked without the slash at the end is well but redirects", async () => {
    await using served = serve();
    expect(await said("LiteLLM", { METRICS_URL: `${served.url}/metrics` })).toMatch(
      /^0 note: .*redirect that may cost the key \| Set LITELLM_PULSE_METRICS_URL to the same with a slash at its end$/,
    );
  });

  test("whose name is not known", async () => {
    const url = `http://${"a".repeat(64)}.invalid/metrics/`; // refused by the resolver itself, without a network
    expect(await said("LiteLLM", { METRICS_URL: url })).toBe(
      `4 problem: GET ${url} failed: the host name is not known | Check the host name in LITELLM_PULSE_METRICS_URL`,
    );
  });

  test("where nothing listens", async () => {
    const url = `http://127.0.0.1:${closedPort()}/metrics/`;
    expect(await said("LiteLLM", { METRICS_URL: url })).toMatch(
      /^4 problem: GET \S+ failed: the connection was refused, nothing listens there \| Is LiteLLM running/,
    );
  });

  test("behind another path, or without its callback, is 404 with both causes", async () => {
    await using served = serve();
    expect(await said("LiteLLM", { METRICS_URL: `${served.url}/prometheus` })).toMatch(
      /^4 problem: .*status 404 \| .*callbacks: \["prometheus"\].*it is \/metrics\/$/,
    );
  });

  test.each([
    ["that is self-signed", LOCAL_CERTIFICATE, {}, "the certificate is self-signed | Name the file"],
    ["of another host", ELSEWHERE_CERTIFICATE, { CA_FILE: "/ca.pem" }, "made out to another host name | Use its name"],
  ] as const)("with a certificate %s", async (_, cert, set, expected) => {
    await using server = openPageServer(text("up 1\n"), { key: TEST_KEY, cert });
    const verified = { METRICS_URL: server.metricsUrl, VERIFY_SSL: "true", ...set };
    const found = await said("LiteLLM", verified, { "/ca.pem": cert });
    expect(found).toMatch(/^4 problem: GET https:\S+ failed: /);
    expect(found).toContain(expected);
  });

  test("that speaks TLS where http is asked, or the other way round", async () => {
    await using tls = openPageServer(text("up 1\n"), { key: TEST_KEY, cert: LOCAL_CERTIFICATE });
    await using plain = openPageServer(text("up 1\n"));
    expect(await said("LiteLLM", { METRICS_URL: tls.metricsUrl.replace("https", "http") })).toMatch(
      /^4 problem: .*https:\/\//,
    );
    expect(await said("LiteLLM", { METRICS_URL: plain.metricsUrl.replace("http", "https") })).toMatch(
      /^4 problem: .*http:\/\//,
    );
  });

  test("that wants a key", async () => {
    await using served = serve({ key: KEY });
    expect(await said("LiteLLM", { METRICS_URL: served.metricsUrl })).toMatch(
      /^4 problem: .*status 401 \| Set LITELLM_PULSE_METRICS_API_KEY: LiteLLM 1.85 and newer want a key/,
    );
    expect(await said("LiteLLM", { METRICS_URL: served.metricsUrl, METRICS_API_KEY: "sk-wrong" })).toMatch(
      /^4 problem: .*status 401 \| LITELLM_PULSE_METRICS_API_KEY must be LiteLLM's master key/,
    );
    expect(await said("LiteLLM", { METRICS_URL: served.metricsUrl, METRICS_API_KEY: KEY })).toMatch(/^0 ok: /);
  });

  test("1.82, which refuses without the key and never answers the right one", async () => {
    await using server = openPageServer((request) =>
      request.headers.get("authorization") === `Bearer ${KEY}`
        ? new Promise<Response>(() => {})
        : Response.json("Unauthorized access to metrics endpoint", { status: 401 }),
    );
    expect(
      await said("LiteLLM", { METRICS_URL: server.metricsUrl, METRICS_API_KEY: KEY, SCRAPE_TIMEOUT: "0.3" }),
    ).toMatch(
      /^4 problem: .*timed out after 0.3 s without an answer, while without the key it is refused at once.* \| Use a newer LiteLLM, or set require_auth_for_metrics_endpoint: false/,
    );
  });

  test("that never answers anybody", async () => {
    await using server = openPageServer(() => new Promise<Response>(() => {}));
    const set = { METRICS_URL: server.metricsUrl, SCRAPE_TIMEOUT: "0.2" };
    expect(await said("LiteLLM", set)).toMatch(/^4 problem: .*without an answer \| Is LITELLM_PULSE_METRICS_URL right/);
    const withKey = await said("LiteLLM", { ...set, METRICS_API_KEY: KEY });
    expect(withKey).toMatch(/^4 problem: /);
    expect(withKey).not.toContain("while without the key");
  });

  test.each([
    ["a web page", "<!doctype html><html><title>LiteLLM</title></html>", "text/html"],
    ["JSON", '{"status": "healthy"}', "application/json"],
    ["nothing", "", "text/plain"],
    ["half a page", "# TYPE litellm_x counter\nlitellm_x_to", "text/plain; version=0.0.4"],
  ])("that gives %s", async (_, body, contentType) => {
    await using server = openPageServer(text(body, contentType));
    expect(await said("LiteLLM", { METRICS_URL: server.metricsUrl })).toMatch(
      /^4 problem: .*\(from http:\S+\) \| Check that LITELLM_PULSE_METRICS_URL ends in \/metrics\/ and is LiteLLM's$/,
    );
  });

  test("whose URL is the default that only a container knows", async () => {
    using temporary = temporaryFolder();
    const { findings } = await examine({ DB_PATH: temporary.path });
    const [found = ""] = aboutOf(findings, "LiteLLM");
    // The name of the default could be known where these tests run.
    if (found.includes("the host name is not known")) {
      expect(found).toContain("try LITELLM_PULSE_METRICS_URL=http://localhost:4000/metrics/");
    } else expect(found).toMatch(/^(ok|note|problem): /);
  });
});

describe("metrics", () => {
  test("of a Python program alone are a missing callback", async () => {
    const page = "# TYPE python_info gauge\npython_info 1\n# TYPE process_open_fds gauge\nprocess_open_fds 9\n";
    await using server = openPageServer(text(page));
    expect(await said("metrics", { METRICS_URL: server.metricsUrl })).toMatch(
      /^4 problem: The page has no metrics of LiteLLM, only those of its Python \| Add "prometheus" to litellm_settings.callbacks/,
    );
  });

  test("of another program are named", async () => {
    await using server = openPageServer(text("# TYPE node_load1 gauge\nnode_load1 0.5\n"));
    expect(await said("metrics", { METRICS_URL: server.metricsUrl })).toMatch(
      /^4 problem: .*another program's \(it has node_load1\) \| Correct LITELLM_PULSE_METRICS_URL/,
    );
  });

  test("that a setting names and the page does not have", async () => {
    await using served = serve();
    expect(await said("metrics", { METRICS_URL: served.metricsUrl, METRIC_COST: "my_cost_total" })).toMatch(
      /^2 problem: LITELLM_PULSE_METRIC_COST names my_cost_total, which is not on the page \| Unset LITELLM_PULSE_METRIC_COST/,
    );
  });

  test("of a LiteLLM that has just begun are no trouble", async () => {
    await using server = openPageServer(text(readFileSync(join(FIXTURES, "fresh.prom"), "utf8")));
    expect(await said("metrics", { METRICS_URL: server.metricsUrl })).toBe(
      "0 note: The page is LiteLLM's and has counted no request yet",
    );
  });

  test("with a bad line are told of", async () => {
    const page = readFileSync(join(FIXTURES, "few-requests.prom"), "utf8");
    await using server = openPageServer(text(page.replace(/\n(?=litellm)/, "\nlitellm_bad{ 1\n")));
    expect(await said("metrics", { METRICS_URL: server.metricsUrl })).toMatch(/^0 note: Bad lines on the page: 1, /);
  });
});

describe("workers", () => {
  test("that answer in turn are counted", async () => {
    await using served = serve({ workers: 3, order: "ABC" });
    expect(await said("workers", { METRICS_URL: served.metricsUrl })).toMatch(
      /^4 problem: 3 processes of LiteLLM answered 8 questions in turn.* \| Set PROMETHEUS_MULTIPROC_DIR/,
    );
  });

  test("that nothing tells apart are known by counters that fall", async () => {
    let asked = 0;
    const page = (value: number) =>
      `# TYPE litellm_proxy_total_requests_metric_total counter\nlitellm_proxy_total_requests_metric_total{requested_model="a"} ${value}\n`;
    await using server = openPageServer((request) => text(page(asked++ % 2 === 0 ? 1000 : 300))(request));
    expect(await said("workers", { METRICS_URL: server.metricsUrl })).toMatch(
      /^4 problem: Counters fall and rise from page to page.* \| Set PROMETHEUS_MULTIPROC_DIR/,
    );
  });

  test("of one process are well", async () => {
    await using served = serve();
    expect(await said("workers", { METRICS_URL: served.metricsUrl })).toMatch(
      /^0 ok: 8 pages in a row are of one process/,
    );
  });
});

describe("clock", () => {
  test.each([
    ["ahead of", 3_600_000],
    ["behind", -3_600_000],
  ])("of LiteLLM that is %s ours", async (word, offMs) => {
    await using served = serve();
    served.date = new Date(Date.now() + offMs).toUTCString();
    const found = await said("clock", { METRICS_URL: served.metricsUrl });
    expect(found).toMatch(
      new RegExp(`^4 problem: LiteLLM's clock is 3\\d{3} s ${word} this machine's \\| Set both by NTP$`),
    );
  });

  test("that agrees is well", async () => {
    await using served = serve();
    expect(await said("clock", { METRICS_URL: served.metricsUrl })).toMatch(/^0 ok: /);
  });

  test("of this machine that was never set", async () => {
    await using served = serve();
    using temporary = temporaryFolder();
    const set = { METRICS_URL: served.metricsUrl, DB_PATH: temporary.path };
    const { code, findings } = await examine(set, { now: () => 1000 });
    expect(code).toBe(2);
    expect(aboutOf(findings, "clock")).toEqual([
      "problem: This machine's clock says 1970-01-01T00:00:01.000Z | Set it, best by NTP",
    ]);
  });
});

test("no secret of the settings shows in any finding", async () => {
  await using served = serve({ key: KEY });
  using temporary = temporaryFolder();
  const url = served.metricsUrl.replace("http://", "http://me:geh%2Feim@").concat("?token=url-secret");
  for (const metricsApiKey of ["", "sk-wrong-secret", KEY]) {
    const set = { METRICS_URL: url, METRICS_API_KEY: metricsApiKey, API_KEY: "pulse-secret", DB_PATH: temporary.path };
    const { findings } = await examine(set);
    const all = JSON.stringify(findings);
    for (const secret of ["geh%2Feim", "geh/eim", "url-secret", "sk-wrong-secret", KEY, "pulse-secret"]) {
      expect(all).not.toContain(secret);
    }
  }
});
