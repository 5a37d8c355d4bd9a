import { describe, expect, test } from "bun:test";
import { resolved } from "./support.ts";

const KEY_FILE = { LITELLM_PULSE_API_KEY_FILE: "/run/secrets/key" };
const FILES = { "/run/secrets/key": "from-file\n" };

describe("resolveConfig()", () => {
  test.each([
    ["the default where nothing is given", {}, "port", 8000, "default"],
    ["the variable over the default", { env: { LITELLM_PULSE_PORT: "1" } }, "port", 1, "env"],
    ["the flag over the variable", { flags: { port: "2" }, env: { LITELLM_PULSE_PORT: "1" } }, "port", 2, "flag"],
    ["the flag over a bad variable", { flags: { port: "2" }, env: { LITELLM_PULSE_PORT: "x" } }, "port", 2, "flag"],
    ["the variable over an empty flag", { flags: { port: " " }, env: { LITELLM_PULSE_PORT: "1" } }, "port", 1, "env"],
    ["the default over an empty variable", { env: { LITELLM_PULSE_PORT: "" } }, "port", 8000, "default"],
    ["the default over a blank variable", { env: { LITELLM_PULSE_PORT: " \t\n" } }, "port", 8000, "default"],
    [
      "nothing for a blank key",
      { env: { LITELLM_PULSE_METRICS_API_KEY: "  " } },
      "metricsApiKey",
      undefined,
      "default",
    ],
    ["the file where only X_FILE is set", { env: KEY_FILE, files: FILES }, "apiKey", "from-file", "file"],
    [
      "the file over a blank variable",
      { env: { ...KEY_FILE, LITELLM_PULSE_API_KEY: " " }, files: FILES },
      "apiKey",
      "from-file",
      "file",
    ],
    [
      "the variable over a blank X_FILE",
      { env: { LITELLM_PULSE_API_KEY: "k", LITELLM_PULSE_API_KEY_FILE: "" } },
      "apiKey",
      "k",
      "env",
    ],
    ["the flag over a file, unread", { flags: { apiKey: "from-flag" }, env: KEY_FILE }, "apiKey", "from-flag", "flag"],
    ["the switch's flag", { flags: { verifySsl: true } }, "verifySsl", true, "flag"],
    [
      "the switch's --no- twin over the variable",
      { flags: { verifySsl: false }, env: { LITELLM_PULSE_VERIFY_SSL: "true" } },
      "verifySsl",
      false,
      "flag",
    ],
  ] as const)("takes %s", (_, given, key, value, source) => {
    const { config, sources, warnings } = resolved(given);
    expect(config[key]).toBe(value);
    expect(sources.get(key)).toBe(source);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["that no setting has", { prot: "1" }, 'No setting has the key "prot"'],
    ["that needs a value and has none", { port: true }, "--port takes a value, got true"],
  ])("throws on a flag %s, as the program built it", (_, flags, message) => {
    expect(() => resolved({ flags })).toThrow(new TypeError(message));
  });
});
