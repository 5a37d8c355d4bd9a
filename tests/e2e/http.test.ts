import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { binaryPath, openSandbox, type Sandbox, until } from "../support/binary.ts";
import { expectUsage, getJson, type HistoryAnswer, type MetricsAnswer, usageOf } from "./answers.ts";
import { createGate, openPageServer, simulatedAnswer } from "./page-server.ts";
import { startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

/** A serve that sees no more pages than it is handed, with two of them booked. */
async function openServing(sandbox: Sandbox, set: Record<string, string> = {}) {
  const { litellm, send } = startSimulation(1);
  const gate = createGate();
  const server = openPageServer(gate.answer);
  const serving = await sandbox.serve({ set: { METRICS_URL: server.metricsUrl, ...set } });
  const url = serving.url.replace("0.0.0.0", "127.0.0.1");
  for (let page = 1; page <= 2; page += 1) {
    gate.hand(simulatedAnswer(litellm));
    await until("a page is booked", async () => (await getJson<HistoryAnswer>(`${url}/api/v1/history`)).count === page);
    send(10);
  }
  return { url, server, litellm, gate };
}

describe("an answer", () => {
  test("is packed where asked for, and is not sent again while it is the same", async () => {
    await using sandbox = openSandbox();
    const { url, server } = await openServing(sandbox);
    await using _ = server;
    const plain = await fetch(`${url}/api/v1/metrics`, { headers: { "accept-encoding": "identity" } });
    const packed = await fetch(`${url}/api/v1/metrics`, { headers: { "accept-encoding": "gzip" } });
    expect([plain.headers.get("content-encoding"), packed.headers.get("content-encoding")]).toEqual([null, "gzip"]);
    expect(await packed.text()).toBe(await plain.text());
    const etag = plain.headers.get("etag") ?? "";
    const same = await fetch(`${url}/api/v1/metrics`, { headers: { "if-none-match": etag } });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    const head = await fetch(`${url}/api/v1/metrics`, { method: "HEAD" });
    expect([head.status, await head.text(), head.headers.get("etag")]).toEqual([200, "", etag]);
  });

  test("tells at once what another process has booked", async () => {
    await using sandbox = openSandbox();
    const { url, server, litellm, gate } = await openServing(sandbox);
    await using _ = server;
    const before = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
    const other = openPageServer(() => simulatedAnswer(litellm));
    await using __ = other;
    // serve waits at the gate meanwhile, so that what it tells next can only come from the file.
    await until("serve asks for a page", () => gate.waiting > 0);
    const { code } = await sandbox.run(["scrape-once"], { set: { METRICS_URL: other.metricsUrl } });
    expect(code).toBe(0);
    const after = await getJson<MetricsAnswer>(`${url}/api/v1/metrics`);
    expect(after.lifetime["requests"]).not.toBe(before.lifetime["requests"]);
    expectUsage(after.lifetime, usageOf(litellm.truth));
  });

  test.each([
    ["/api/v1/metrics/nonsense", 404, "Unknown metric: nonsense"],
    ["/api/v1/metrics/%E0%A4%A", 404, "Unknown metric"],
    ["/api/v1/metrics/__proto__", 404, "Unknown metric: __proto__"],
    ["/api/v1/nonsense", 404, "nothing at this address"],
    ["/api/v1/usage?period=decade", 400, 'period is "decade", expected one of'],
    ["/api/v1/usage?top=0", 400, "from 1 to 10000"],
    ["/api/v1/usage?last=0d", 400, "up to 3660d"],
    ["/api/v1/usage?since=2026-02-30", 400, 'since is "2026-02-30", expected'],
    ["/api/v1/usage?by=model,model", 400, "expected different ones"],
    ["/api/v1/usage?colour=red", 400, 'Unknown parameter "colour"'],
    ["/api/v1/history?limit=many", 400, "whole number from 0 to"],
    ["/api/v1/history?limit=-1", 400, "whole number from 0 to"],
  ])("to %s has status %d and says why in JSON", async (path, status, says) => {
    await using sandbox = openSandbox();
    const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics/" } });
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining(says) });
  });

  test("to anything but GET and HEAD is 405 with what is allowed", async () => {
    await using sandbox = openSandbox();
    const { url } = await sandbox.serve({ set: { METRICS_URL: "http://127.0.0.1:1/metrics/" } });
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await fetch(`${url}/api/v1/metrics`, { method, body: method === "DELETE" ? null : "{}" });
      expect({ method, status: response.status }).toEqual({ method, status: 405 });
      expect(response.headers.get("allow")).toContain("GET");
    }
  });
});

describe("what names people", () => {
  test("is open on loopback, and 401 with the setting to set for whoever may not be local", async () => {
    await using sandbox = openSandbox();
    const { url, server } = await openServing(sandbox);
    await using _ = server;
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${url}/api/v1/usage?by=key`, { headers })).status;
    expect(await statusWith({})).toBe(200);
    for (const headers of [
      { "x-forwarded-for": "10.0.0.1" },
      { forwarded: "for=10.0.0.1" },
      { origin: "https://evil.example" },
    ]) {
      expect({ headers, status: await statusWith(headers) }).toEqual({ headers, status: 401 });
    }
    // A name that was pointed at this machine, as in DNS rebinding.
    expect(await statusWith({ host: "evil.example" })).toBe(401);
  });

  test("is 401 off loopback without a key, where all else is open", async () => {
    await using sandbox = openSandbox();
    const { url, server } = await openServing(sandbox, { HOST: "0.0.0.0" });
    await using _ = server;
    for (const by of ["key", "team", "user", "end_user", "model,key"]) {
      const response = await fetch(`${url}/api/v1/usage?by=${by}`);
      expect(response.status).toBe(401);
      expect(JSON.stringify(await response.json())).toContain("LITELLM_PULSE_API_KEY");
    }
    expect((await fetch(`${url}/api/v1/usage?key=service-key-000`)).status).toBe(401);
    for (const path of [
      "/",
      "/api/v1/metrics",
      "/api/v1/models",
      "/api/v1/usage?by=model,provider",
      "/api/v1/history",
    ]) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
  });
});

test("the program is one file: it runs alone in a folder, without PATH, HOME or anything else", async () => {
  await using sandbox = openSandbox();
  const alone = join(sandbox.folder, "alone");
  mkdirSync(alone);
  cpSync(binaryPath(), join(alone, "pulse"));
  const script = `cd ${alone} && exec env -i ./pulse report; exit 99`;
  const { code, stderr } = await sandbox.bash(script);
  expect(code).toBe(5);
  expect(stderr).toContain(join(alone, "data/litellm_pulse.db"));
});
