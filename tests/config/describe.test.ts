import { describe, expect, test } from "bun:test";
import { describeConfig } from "../../lib/config/describe.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { resolved } from "./support.ts";

const rowsOf = (given: Parameters<typeof resolved>[0]) =>
  new Map(describeConfig(resolved(given)).map((row) => [row.key, row] as const));

describe("describeConfig()", () => {
  test("has one row for each setting, in the table's order", () =>
    expect([...rowsOf({}).keys()]).toEqual(SETTINGS.map((setting) => setting.key)));

  test("gives a row with names, value, source, default and help", () =>
    expect(rowsOf({ env: { LITELLM_PULSE_PORT: "9000" } }).get("port")).toEqual({
      key: "port",
      group: "Server",
      env: "LITELLM_PULSE_PORT",
      flag: "--port",
      value: 9000,
      source: "env",
      default: "8000",
      help: "Port to listen on; 0 takes any free one",
    }));

  test.each([
    ["a secret as ***", { flags: { apiKey: "sk-1234" } }, "apiKey", "***"],
    ["a secret that is not set as null", {}, "apiKey", null],
    [
      "a URL without its credentials",
      { env: { LITELLM_PULSE_METRICS_URL: "http://u:p@h/" } },
      "metricsUrl",
      "http://***@h/",
    ],
    ["a switch as a boolean", { flags: { verifySsl: true } }, "verifySsl", true],
    ["a word as it was understood", { env: { LITELLM_PULSE_LOG_LEVEL: "DEBUG" } }, "logLevel", "debug"],
    ["a time zone as it holds", { env: { LITELLM_PULSE_TIMEZONE: "Mars" } }, "timezone", "UTC"],
    ["a metric name", { env: { LITELLM_PULSE_METRIC_COST: "my_cost" } }, "metricCost", "my_cost"],
    ["the root of a path as a slash", {}, "basePath", "/"],
    ["an optional path that is not set as null", {}, "caFile", null],
  ])("shows %s", (_, given, key, value) => expect(rowsOf(given).get(key)?.value).toBe(value));

  test("survives JSON unchanged", () => {
    const rows = describeConfig(resolved({}));
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });
});
