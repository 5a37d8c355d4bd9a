import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { type ServedLiteLLM, serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";
import { temporaryFolder } from "../support/api.ts";
import { type Ran, runCli } from "./run-cli.ts";

let temporary: ReturnType<typeof temporaryFolder>;
let served: ServedLiteLLM;

beforeAll(() => {
  temporary = temporaryFolder();
  const litellm = createSimulatedLiteLLM({ seed: 1, now: Date.now, buckets: 0 });
  served = serveSimulatedLiteLLM({ litellm, port: 0, now: Date.now });
});
afterAll(async () => {
  await served.stop();
  temporary[Symbol.dispose]();
});

/** Serves until `use` has ended; `use` gets the address, and a promise of the next line on stderr that has a text. */
async function serving(
  set: Record<string, string>,
  use: (url: string, line: (text: string) => Promise<string>) => Promise<void>,
): Promise<Ran> {
  const stop = new AbortController();
  const lines: string[] = [];
  const waiting: { text: string; resolve: (line: string) => void }[] = [];
  const line = (text: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const known = lines.find((each) => each.includes(text));
    if (known !== undefined) resolve(known);
    else waiting.push({ text, resolve });
    return promise;
  };
  const ran = runCli(["serve"], {
    now: Date.now,
    signal: stop.signal,
    set: { METRICS_URL: served.metricsUrl, HOST: "127.0.0.1", PORT: "0", ...set },
    onErr(text) {
      lines.push(text);
      for (const { text: wanted, resolve } of waiting) if (text.includes(wanted)) resolve(text);
    },
  });
  try {
    const url = /http:\/\/[^ ,]+/.exec(await line("Listening on "))?.[0] ?? "";
    await use(url, line);
  } finally {
    stop.abort();
  }
  return ran;
}

describe("serve", () => {
  test("scrapes, answers, and ends with 0 and an empty stdout", async () => {
    const path = join(temporary.folder, "a.db");
    const { code, out, err } = await serving({ DB_PATH: path }, async (url, line) => {
      await line("First page");
      expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
      expect(await (await fetch(url)).json()).toMatchObject({ requests: 0, source: served.metricsUrl });
      const health = await runCli(["health"], { set: { HOST: "0.0.0.0", PORT: new URL(url).port } });
      expect(health).toEqual({ code: 0, out: '{"status":"ok"}\n', err: "" });
      const live = await runCli(["health", "--live", "--port", new URL(url).port, "--host", "127.0.0.1"]);
      expect(live).toEqual({ code: 0, out: '{"status":"ok"}\n', err: "" });
    });
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(
      new RegExp(`Listening on http://127\\.0\\.0\\.1:\\d+, scraping ${served.metricsUrl} every 60 s into ${path}`),
    );
    expect(err).toEndWith(" info Stopped\n");
  });

  test("goes on in memory where no database can be opened, and says so", async () => {
    const file = join(temporary.folder, "file");
    writeFileSync(file, "");
    const { code, err } = await serving({ DB_PATH: join(file, "a.db") }, async (url, line) => {
      await line("First page");
      expect(await (await fetch(url)).json()).toMatchObject({ error: expect.stringContaining(file) });
      expect(await (await fetch(`${url}/api/v1/history`)).json()).toMatchObject({ count: 1, source: "memory" });
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok", notes: [expect.any(String)] });
    });
    expect(code).toBe(0);
    expect(err).toContain("; going on in memory until it can be opened");
  });

  test("answers 503 and shows the error without its secrets while LiteLLM refuses", async () => {
    served.faults.push({ kind: "status", status: 500 });
    const set = {
      DB_PATH: join(temporary.folder, "b.db"),
      METRICS_URL: served.metricsUrl.replace("//", "//user:pass-word@"),
      LOG_FORMAT: "json",
    };
    const { code, err } = await serving(set, async (url, line) => {
      await line('"level":"error"');
      const health = await fetch(`${url}/health`);
      expect([health.status, (await health.text()).includes("pass-word")]).toEqual([503, false]);
      const body = await (await fetch(url)).text();
      expect(body).toContain('"error":');
      expect(body).not.toContain("pass-word");
      expect(await runCli(["health"], { set: { HOST: "127.0.0.1", PORT: new URL(url).port } })).toMatchObject({
        code: 1,
      });
    });
    expect([code, err.includes("pass-word")]).toEqual([0, false]);
    for (const text of err.trimEnd().split("\n")) expect(() => JSON.parse(text)).not.toThrow();
  });

  test("ends with 2 where the port is taken, with the setting", async () => {
    const taken = new URL(served.url).port;
    const { code, out, err } = await runCli(["serve"], {
      set: { HOST: "127.0.0.1", PORT: taken, DB_PATH: join(temporary.folder, "c.db"), METRICS_URL: served.metricsUrl },
    });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toEndWith(
      `litellm-pulse: Cannot listen on 127.0.0.1 port ${taken}: it is taken, set LITELLM_PULSE_PORT to another one\n`,
    );
  });
});

describe("health", () => {
  test("ends with 1 where nobody answers, with the settings", async () => {
    const { code, out, err } = await runCli(["health"], { set: { HOST: "127.0.0.1", PORT: "1" } });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      "litellm-pulse: http://127.0.0.1:1/health does not answer: check that litellm-pulse serve runs, LITELLM_PULSE_HOST and LITELLM_PULSE_PORT\n",
    );
  });

  test.each([
    ["::1", "http://[::1]:1/health"],
    ["::", "http://[::1]:1/health"],
    ["0.0.0.0", "http://127.0.0.1:1/health"],
    ["localhost", "http://localhost:1/health"],
  ])("of a server on %s asks %s", async (host, url) => {
    expect((await runCli(["health"], { set: { HOST: host, PORT: "1" } })).err).toStartWith(`litellm-pulse: ${url} `);
  });
});
