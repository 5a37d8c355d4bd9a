import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { openPageServer, recordedAnswer } from "../../e2e/page-server.ts";
import { temporaryFolder } from "../../support/api.ts";
import { closedPort } from "../../support/raw-server.ts";
import { recordedPage } from "../../support/recorded.ts";
import { runCli } from "../run-cli.ts";
import { aboutOf, examine } from "./examine.ts";

const away = () => `http://127.0.0.1:${closedPort()}/`;

describe("settings", () => {
  test.each<[what: string, set: Record<string, string>, code: number, expected: RegExp]>([
    [
      "that are none",
      { TIMEZON: "UTC" },
      4,
      /^problem: LITELLM_PULSE_TIMEZON is not a setting .*did you mean LITELLM_PULSE_TIMEZONE\?$/,
    ],
    ["with an unknown zone", { TIMEZONE: "Mars" }, 4, /^problem: LITELLM_PULSE_TIMEZONE is "Mars", expected/],
    ["that Kubernetes injects", { PORT: "tcp://10.0.0.1:8000" }, 4, /^note: .*Kubernetes/],
    ["with a CA file that is none", { CA_FILE: "/no/ca.pem" }, 2, /^problem: LITELLM_PULSE_CA_FILE is "\/no\/ca.pem"/],
    [
      "that send the key in the clear",
      { METRICS_URL: `http://${"a".repeat(64)}.invalid/`, METRICS_API_KEY: "sk-secret" },
      4,
      /^note: The LiteLLM key is sent to \S+ over plain HTTP/,
    ],
  ])("%s", async (_, set, code, expected) => {
    using temporary = temporaryFolder();
    const found = await examine({ DB_PATH: temporary.path, METRICS_URL: away(), ...set });
    expect(found.code).toBe(code);
    expect(aboutOf(found.findings, "settings")).toEqual([expect.stringMatching(expected)]);
  });

  test("that nobody got wrong are well", async () => {
    using temporary = temporaryFolder();
    const { findings } = await examine({ DB_PATH: temporary.path, METRICS_URL: away() });
    expect(aboutOf(findings, "settings")).toEqual([expect.stringMatching(/^ok: 4 of \d+ settings are set/)]);
  });
});

describe("the output", () => {
  const seen = async (options: { terminalColumns?: number }) => {
    using temporary = temporaryFolder();
    const set = {
      DB_PATH: join(temporary.folder, "Datenbank 数据库.db"),
      METRICS_URL: away(),
      PORT: "0",
      METRICS_API_KEY: "sk-secret",
    };
    return runCli(["doctor"], { set, env: { NO_COLOR: "1" }, now: () => Date.now(), ...options });
  };

  test("off a terminal is one line a finding, the verdict last", async () => {
    const { code, out, err } = await seen({});
    expect([code, err]).toEqual([4, ""]);
    const lines = out.trimEnd().split("\n");
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(ok|note|problem) +(\w+ ?\w*) {2,}\S/);
    expect(lines.at(-1)).toMatch(/^1 problem(, \d notes?)?$/);
    expect(out).not.toContain("\u001b");
    expect(out).not.toContain("sk-secret");
  });

  test.each([20, 40, 80, 160])("on a terminal of %d columns no line is wider", async (terminalColumns) => {
    const { out } = await seen({ terminalColumns });
    expect(out.split("\n").filter((line) => Bun.stringWidth(line) > terminalColumns)).toEqual([]);
    expect(out.replace(/\s/g, "")).toContain("theconnectionwasrefused");
  });

  test("of a sound house ends with 0 and says so", async () => {
    using temporary = temporaryFolder();
    await using server = openPageServer(() => {
      return recordedAnswer({ ...recordedPage("pages", "few-requests.prom"), date: new Date().toUTCString() });
    });
    const set = { METRICS_URL: server.metricsUrl, DB_PATH: temporary.path, PORT: "0", TIMEZONE: "UTC" };
    const { code, out } = await runCli(["doctor"], { set, now: () => Date.now() });
    expect(code).toBe(0);
    expect(out).toMatch(/\nAll is well(, \d+ notes?)?\n$/);
  });
});
