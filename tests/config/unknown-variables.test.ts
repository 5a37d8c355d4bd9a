import { describe, expect, test } from "bun:test";
import { resolved } from "./support.ts";

describe("a variable that no setting knows", () => {
  test.each([
    ["SCRAPE_INTERVALL", "SCRAPE_INTERVAL"],
    ["METRIC_URL", "METRICS_URL"],
    ["TIME_ZONE", "TIMEZONE"],
    ["DB_RETENTION", "DB_RETENTION_DAYS"],
    ["METRIC_REQUEST", "METRIC_REQUESTS"],
    ["API_KEYFILE", "API_KEY_FILE"],
  ])("LITELLM_PULSE_%s gives a warning that suggests LITELLM_PULSE_%s", (name, meant) =>
    expect(resolved({ env: { [`LITELLM_PULSE_${name}`]: "1" } }).warnings).toEqual([
      `LITELLM_PULSE_${name} is not a setting and is ignored: did you mean LITELLM_PULSE_${meant}?`,
    ]),
  );

  test("suggests nothing where nothing is near", () =>
    expect(resolved({ env: { LITELLM_PULSE_FAVOURITE_COLOUR: "blue" } }).warnings).toEqual([
      "LITELLM_PULSE_FAVOURITE_COLOUR is not a setting and is ignored: litellm-pulse config lists all settings",
    ]));

  test("is passed over while it is empty or of another program", () =>
    expect(
      resolved({ env: { LITELLM_PULSE_X: " ", LITELLM_MASTER_KEY: "sk", PATH: "/bin", LITELLM_PULSE_Y: undefined } })
        .warnings,
    ).toEqual([]));

  test("cannot steer a terminal with its name and never shows its value", () => {
    const [warning] = resolved({ env: { "LITELLM_PULSE_\u001b[2J\n": "sk-1234" } }).warnings;
    expect(warning).toStartWith("LITELLM_PULSE_\\u{1b}[2J\\u{a} is not a setting");
    expect(warning).not.toContain("sk-1234");
  });

  test("gives its warning in the order of the names, however the environment is ordered", () => {
    const warnings = resolved({ env: { LITELLM_PULSE_ZZZZ: "1", LITELLM_PULSE_AAAA: "1" } }).warnings;
    expect(warnings.map((warning) => warning.slice(0, 18))).toEqual(["LITELLM_PULSE_AAAA", "LITELLM_PULSE_ZZZZ"]);
  });
});
