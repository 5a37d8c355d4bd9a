import { describe, expect, test } from "bun:test";
import { EXIT, EXIT_MEANINGS } from "../../lib/cli/exit-code.ts";
import { createProgram } from "../../lib/cli/program/program.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import packageJson from "../../package.json";
import { fakeIo, runCli } from "./run-cli.ts";

const COMMANDS = createProgram(fakeIo([]), () => {}).commands.map((command) => command.name());

describe("--help", () => {
  test.each([["--help"], ["-h"], ["help"]])(
    "%s shows examples first, every command and every exit code",
    async (word) => {
      const { code, out, err } = await runCli([word]);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toStartWith("Examples:\n  $ litellm-pulse ");
      for (const command of COMMANDS) expect(out).toContain(`\n  ${command} `);
      for (const [name, meaning] of Object.entries(EXIT_MEANINGS)) {
        expect(out).toContain(`\n  ${EXIT[name as keyof typeof EXIT]}  ${meaning}`);
      }
    },
  );

  test.each(COMMANDS.flatMap((command) => [`${command} --help`, `help ${command}`]))(
    "%s shows examples of the command first, with flags that it has",
    async (line) => {
      const { code, out, err } = await runCli(line.split(" "));
      const command = line.replace(/ --help$|^help (?!--)/, "");
      expect([code, err]).toEqual([0, ""]);
      expect(out).toMatch(new RegExp(`^Examples:\\n  \\$ .*litellm-pulse ${command}\\b`));
      const [examples = "", usage = ""] = out.split("Usage:");
      expect(usage).toStartWith(` litellm-pulse ${command} `);
      for (const [, words = ""] of examples.matchAll(/litellm-pulse ([^|\n]*)/g)) {
        for (const flag of words.match(/--[\w-]+/g) ?? []) expect(usage).toContain(flag);
      }
    },
  );

  test.each(COMMANDS)("of %s ends with the exit codes that it can give", async (command) => {
    const { out } = await runCli([command, "--help"]);
    const [, list = ""] = out.split("\nExit codes:\n");
    const codes = list.split("\n").filter((line) => line !== "");
    const known = Object.entries(EXIT_MEANINGS).map(
      ([name, meaning]) => `  ${EXIT[name as keyof typeof EXIT]}  ${meaning}`,
    );
    expect(codes.slice(0, 3)).toEqual(known.slice(0, 3));
    expect(codes.filter((line) => !known.includes(line))).toEqual([]);
    expect(codes).toEqual([...codes].sort());
  });

  test("of a command that never asks LiteLLM has no exit code for it", async () => {
    expect((await runCli(["purge", "--help"])).out).not.toContain("\n  4  ");
    expect((await runCli(["scrape-once", "--help"])).out).toContain("\n  4  LiteLLM is unreachable or refuses\n");
  });

  test.each([
    ["sync", [0, 1, 2, 4, 6]],
    ["import", [0, 1, 2, 5, 6]],
    ["report", [0, 1, 2, 3, 4, 5, 6]],
  ])("of %s has the exit codes %p and no other", async (command, expected) => {
    const [, list = ""] = (await runCli([command, "--help"])).out.split("\nExit codes:\n");
    expect([...list.matchAll(/^ {2}(\d) /gm)].map(([, code]) => Number(code))).toEqual(expected);
  });

  test("of serve and config lists every setting with its variable and default", async () => {
    for (const command of ["serve", "config"]) {
      const { out } = await runCli([command, "--help"], { terminalColumns: 10_000 });
      for (const { env, flag, default: byDefault } of SETTINGS) {
        expect(out).toContain(flag);
        expect(out).toContain(byDefault === undefined ? `(${env})` : `(${env}, default ${byDefault})`);
      }
    }
  });

  test.each([80, 120, 200])("fits %d columns", async (columns) => {
    const { out } = await runCli(["--help"], { terminalColumns: columns });
    const descriptions = out.split("\n").filter((line) => !line.includes("$ "));
    expect(Math.max(...descriptions.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test("has no colour codes, whatever the environment says", async () => {
    const { out } = await runCli(["--help"], { env: { FORCE_COLOR: "1" }, terminalColumns: 80 });
    expect(out).not.toContain("\u001b");
  });
});

test("help needs no setting to be right", async () => {
  for (const argv of [["help", "serve"], ["serve", "--help"], ["--help"]]) {
    expect(await runCli(argv, { set: { PORT: "http" } })).toMatchObject({ code: 0, err: "" });
  }
});

test.each([["--version"], ["-V"]])("%s prints the version alone", async (flag) => {
  expect(await runCli([flag])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
});

test("no command prints the help on stderr and ends with 2", async () => {
  const { code, out, err } = await runCli([]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toStartWith("Examples:\n");
});

describe("wrong usage ends with 2 and one line that says what to do", () => {
  test.each([
    [["repot"], "Unknown command 'repot' (did you mean report?)"],
    [["help", "repot"], "Unknown command 'repot' (did you mean report?)"],
    [["help", "frobnicate"], "Unknown command 'frobnicate'; see --help"],
    [["serv"], "Unknown command 'serv' (did you mean serve?)"],
    [["frobnicate"], "Unknown command 'frobnicate'; see --help"],
    [["report", "--tody"], "Unknown option '--tody' (did you mean --today?)"],
    [["report", "--jsn"], "Unknown option '--jsn' (did you mean --json?)"],
    [["serve", "--metric-url", "x"], "Unknown option '--metric-url' (did you mean --metrics-url?)"],
    [["report", "--frobnicate"], "Unknown option '--frobnicate'; see --help"],
    [["report", "--top"], "Option '--top <n>' argument missing; see --help"],
    [["report", "today"], "Too many arguments for 'report', expected 0 arguments but got 1: today; see --help"],
    [["purge", "--json=1"], "Unknown option '--json=…' (did you mean --json?)"],
    [["report", "--api-key=sk-secret"], expect.not.stringContaining("sk-secret")],
    [
      ["--db-path", "x", "report"],
      "Unknown option '--db-path': --db-path belongs to serve, scrape-once, report, reconcile, sync, import, purge, doctor, config and snippet and goes after the command",
    ],
    [["serve", "--today"], "Unknown option '--today': --today belongs to report and reconcile"],
    [
      ["report", "--port", "80"],
      "Unknown option '--port': --port belongs to serve, health, doctor, config, snippet and demo",
    ],
    [
      ["report", "--no-verify-ssl"],
      expect.stringMatching(/: --no-verify-ssl belongs to serve, scrape-once, doctor and config$/),
    ],
    [["serve", "--yesterdy"], "Unknown option '--yesterdy' (did you mean --yesterday of report?)"],
    [["report", "--json", "--csv"], "Option '--json' cannot be used with option '--csv'; see --help"],
  ])("%j", async (argv, message) => {
    const { code, out, err } = await runCli(argv);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^litellm-pulse: [^\n]+[^.\n]\n$/);
    expect<unknown>(err.slice("litellm-pulse: ".length, -1)).toEqual(message);
  });
});

describe("a bad setting ends with 2 and one line: setting, value, what is expected", () => {
  test.each([
    [["serve", "--port", "60s"], {}, '--port is "60s", expected a whole number from 0 to 65535'],
    [["serve"], { PORT: "99999" }, 'LITELLM_PULSE_PORT is "99999", expected a whole number from 0 to 65535'],
    [["scrape-once"], { SCRAPE_TIMEOUT: "0" }, expect.stringMatching(/^LITELLM_PULSE_SCRAPE_TIMEOUT is "0", expected/)],
    [["purge"], { DB_RETENTION_DAYS: "0" }, expect.stringMatching(/^LITELLM_PULSE_DB_RETENTION_DAYS is "0", expected/)],
    [["config"], { LOG_LEVEL: "loud" }, expect.stringMatching(/^LITELLM_PULSE_LOG_LEVEL is "loud", expected one of/)],
    [["config", "--log-format", "jsn"], {}, '--log-format is "jsn", expected one of text, json (did you mean json?)'],
    [["health", "--host", "a b"], {}, expect.stringMatching(/^--host is "a b", expected/)],
    [["demo", "--port", "-1"], {}, expect.stringMatching(/^--port is "-1", expected/)],
    [
      ["report"],
      { METRICS_API_KEY: "schlüssel" },
      expect.stringMatching(/^LITELLM_PULSE_METRICS_API_KEY is "\*\*\*", exp/),
    ],
    [
      ["serve"],
      { CA_FILE: "/no/ca.pem" },
      'LITELLM_PULSE_CA_FILE is "/no/ca.pem", expected a PEM file that can be read',
    ],
    [
      ["scrape-once"],
      { CA_FILE: "/no/ca.pem" },
      'LITELLM_PULSE_CA_FILE is "/no/ca.pem", expected a PEM file that can be read',
    ],
  ])("%j with %j", async (argv, set: Record<string, string>, message) => {
    const { code, out, err } = await runCli(argv, { set });
    expect([code, out]).toEqual([2, ""]);
    expect<unknown>(err).toEqual(expect.stringMatching(/^litellm-pulse: [^\n]+\n$/));
    expect<unknown>(err.slice("litellm-pulse: ".length, -1)).toEqual(message);
  });

  test("but not a bad zone, which is UTC with a warning", async () => {
    const { code, err } = await runCli(["config"], { set: { TIMEZONE: "Mars/Olympus" } });
    expect(code).toBe(0);
    expect(err).toMatch(/^litellm-pulse: LITELLM_PULSE_TIMEZONE is "Mars\/Olympus", expected .*; UTC is used\n$/);
  });
});

test("a reader of stdout that has gone is a quiet end", async () => {
  const { ClosedPipe } = await import("../../lib/cli/io.ts");
  const closed = () => {
    throw new ClosedPipe("gone");
  };
  for (const argv of [["config"], ["config", "--json"], ["--help"], ["--version"]]) {
    expect(await runCli(argv, { onOut: closed })).toEqual({ code: 0, out: "", err: "" });
  }
});
