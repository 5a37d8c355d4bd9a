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

  describe.each([20, 40, 60, 80, 120, 160, 240])("on a terminal of %d columns", (columns) => {
    const set = { HISTORY_SIZE: "7", METRICS_URL: `https://litellm.example.org/${"long/".repeat(40)}metrics/` };
    const shown = async () =>
      (await runCli(["config", "--port", "9000"], { set, terminalColumns: columns, env: { NO_COLOR: "1" } })).out;

    test("no line is wider than it", async () => {
      const lines = (await shown()).split("\n");
      expect(lines.filter((line) => Bun.stringWidth(line) > columns)).toEqual([]);
    });

    test("every setting has its variable, value, origin and meaning, whole", async () => {
      const text = (await shown()).replace(/\s+/g, "");
      const values = new Map<string, string>([
        ["historySize", "7"],
        ["port", "9000"],
        ["metricsUrl", set.METRICS_URL],
      ]);
      for (const { key, env, default: byDefault, help } of SETTINGS) {
        expect(text).toContain(env);
        expect(text).toContain(help.replace(/\s+/g, "").slice(0, 12));
        expect(text).toContain((values.get(key) ?? byDefault ?? "not set").replace(/\s+/g, ""));
      }
      for (const origin of ["--port", "environment", "default"]) expect(text).toContain(origin);
    });

    test("settings stand under their groups", async () => {
      const lines = (await shown()).split("\n");
      for (const group of new Set(SETTINGS.map((setting) => setting.group))) expect(lines).toContain(group);
    });
  });

  test("on a terminal the meaning stands beside the value where there is room, and below where not", async () => {
    const at = async (terminalColumns: number) =>
      (await runCli(["config"], { terminalColumns, env: { NO_COLOR: "1" } })).out.split("\n");
    expect(await at(160)).toContainEqual(
      expect.stringMatching(/^ {2}LITELLM_PULSE_PORT +8000 +default +Port to listen on; 0 takes any free one$/),
    );
    const narrow = await at(80);
    const line = narrow.indexOf("  LITELLM_PULSE_PORT = 8000 (default)");
    expect(narrow[line + 1]).toBe("    Port to listen on; 0 takes any free one");
  });

  test("a secret out of a file names the variable of the file", async () => {
    const { out } = await runCli(["config"], {
      files: { "/run/key": "from-file\n" },
      set: { API_KEY_FILE: "/run/key" },
      terminalColumns: 80,
      env: { NO_COLOR: "1" },
    });
    expect(out).toContain("  LITELLM_PULSE_API_KEY = *** (LITELLM_PULSE_API_KEY_FILE)\n");
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
