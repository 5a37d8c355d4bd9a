import { describe, expect, test } from "bun:test";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { configOf, messageOf, resolved } from "./support.ts";

const PATH = "/run/secrets/key";
const env = { LITELLM_PULSE_METRICS_API_KEY_FILE: PATH };

describe("a secret from the file that X_FILE names", () => {
  test.each([
    ["without a final newline", "sk-1234"],
    ["with one", "sk-1234\n"],
    ["with one of Windows", "sk-1234\r\n"],
    ["with blanks around it", " sk-1234 \n"],
  ])("is read %s", (_, content) => expect(configOf({ env, files: { [PATH]: content } }).metricsApiKey).toBe("sk-1234"));

  test("has the source file", () =>
    expect(resolved({ env, files: { [PATH]: "sk-1234" } }).sources.get("metricsApiKey")).toBe("file"));

  test("is refused where X is set too", () =>
    expect(messageOf({ env: { ...env, LITELLM_PULSE_METRICS_API_KEY: "sk-5678" }, files: { [PATH]: "sk-1234" } })).toBe(
      "LITELLM_PULSE_METRICS_API_KEY and LITELLM_PULSE_METRICS_API_KEY_FILE are both set, expected one of them",
    ));

  test.each(["", "\n", " \r\n"])("is refused where the file holds nothing but %p: a key was meant", (content) =>
    expect(messageOf({ env, files: { [PATH]: content } })).toBe(
      'LITELLM_PULSE_METRICS_API_KEY_FILE names "/run/secrets/key", which is empty, expected a file that holds the value',
    ),
  );

  test("is refused where the file holds several lines, and none of them is shown", () =>
    expect(messageOf({ env, files: { [PATH]: "sk-1234\nsk-5678\n" } })).toBe(
      'LITELLM_PULSE_METRICS_API_KEY_FILE is "***", expected one line of printable ASCII characters',
    ));

  test("is never looked for beside a setting that is not secret", () => {
    const { config, warnings } = resolved({ env: { LITELLM_PULSE_DB_PATH_FILE: PATH }, files: { [PATH]: "x.db" } });
    expect(config.dbPath).toBe("./data/litellm_pulse.db");
    expect(warnings).toHaveLength(1);
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["ENOENT", "there is no such file"],
    ["EACCES", "permission denied"],
    ["EISDIR", "it is a directory"],
    ["EIO", "EIO"],
    ["sk-leak", "unknown reason"],
    [undefined, "unknown reason"],
  ])("is named with its setting and the reason, never with what the error quotes (code %p)", (code, reason) => {
    const readFile = () => {
      throw Object.assign(new Error("sk-leak"), { code });
    };
    expect(resolveConfig({ flags: new Map(), env, readFile })).toEqual({
      kind: "invalid",
      message: `LITELLM_PULSE_METRICS_API_KEY_FILE names "/run/secrets/key", which cannot be read (${reason})`,
    });
  });
});
