import { describe, expect, test } from "bun:test";
import { SETTINGS } from "../../lib/config/settings.ts";
import { runCli } from "./run-cli.ts";

const SECRETS = {
  METRICS_API_KEY: "sk-litellm-secret",
  API_KEY: "pulse-secret",
  METRICS_URL: "http://user:pass-word@litellm:4000/metrics/?token=url-secret",
};

describe("config", () => {
  test("shows every setting with its value and where it came from", async () => {
    const { code, out, err } = await runCli(["config", "--port", "9000"], { set: { HISTORY_SIZE: "7" } });
    expect([code, err]).toEqual([0, ""]);
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(SETTINGS.map(({ env }) => env));
    expect(lines.find((line) => line.includes("_PORT "))).toMatch(/^LITELLM_PULSE_PORT +9000 +flag +Port to listen on/);
    expect(lines.find((line) => line.includes("HISTORY_SIZE"))).toMatch(/ 7 +env /);
    expect(lines.find((line) => line.includes("LITELLM_PULSE_API_KEY"))).toMatch(/ - +default /);
  });

  test("--json is one object with a list", async () => {
    const { out } = await runCli(["config", "--json"], {
      files: { "/run/key": "from-file\n" },
      set: { API_KEY_FILE: "/run/key" },
    });
    const { schema_version, settings } = JSON.parse(out);
    expect(schema_version).toBe(1);
    expect(settings).toHaveLength(SETTINGS.length);
    expect(settings.find(({ key }: { key: string }) => key === "apiKey")).toMatchObject({
      value: "***",
      source: "file",
    });
  });

  test.each([["config"], ["config --json"]])("%s masks secrets", async (line) => {
    const { out, err } = await runCli(line.split(" "), { set: SECRETS });
    for (const secret of ["litellm-secret", "pulse-secret", "pass-word", "url-secret"]) {
      expect(out + err).not.toContain(secret);
    }
    expect(out).toContain("***");
  });

  test("tells of variables that are no setting, on stderr", async () => {
    const { code, out, err } = await runCli(["config", "--json"], { set: { TIMEZON: "UTC" } });
    expect(code).toBe(0);
    expect(() => JSON.parse(out)).not.toThrow();
    expect(err).toBe(
      "litellm-pulse: LITELLM_PULSE_TIMEZON is not a setting and is ignored: did you mean LITELLM_PULSE_TIMEZONE?\n",
    );
  });
});

test.each(["scrape-once", "report", "purge", "config"])(
  "%s with secrets in a bad setting shows none of them",
  async (command) => {
    const { code, out, err } = await runCli([command], {
      set: { ...SECRETS, METRICS_URL: "user:pass-word@litellm:4000?token=url-secret", DB_RETENTION_DAYS: "0" },
    });
    expect(code).toBe(2);
    for (const secret of ["litellm-secret", "pulse-secret", "pass-word", "url-secret"]) {
      expect(out + err).not.toContain(secret);
    }
  },
);
