import { resolveConfig } from "../../../lib/config/resolve.ts";
import { SETTINGS } from "../../../lib/config/settings.ts";
import { runCli } from "../../cli/run-cli.ts";
import { hostileText } from "../mutate.ts";
import { expectNoStack, oneOf, type Random, type Target } from "../target.ts";

/** Values that some setting takes. */
const GOOD = [
  "1",
  "60",
  "0.5",
  "true",
  "off",
  "127.0.0.1",
  "::",
  "UTC",
  "text",
  "json",
  "debug",
  "/tmp/x.db",
  "http://a:1/m",
  "postgres://u:p@h/d",
];
/** Commands that touch neither a network nor a disk, or whose database is in a place that does not exist. */
const COMMANDS = [
  ["config"],
  ["config", "--json"],
  ["report"],
  ["report", "--json"],
  ["report", "--csv"],
  ["purge"],
  ["purge", "--dry-run"],
  ["snippet", "compose"],
  ["snippet", "prometheus"],
  ["snippet", "homepage"],
  ["snippet", "cron"],
  ["snippet", "systemd"],
  ["snippet", "grafana"],
  ["snippet", "homeassistant"],
  ["completion", "bash"],
  ["help"],
  [],
];
const FLAGS = [
  "--today",
  "--last",
  "--since",
  "--until",
  "--by",
  "--step",
  "--top",
  "--sort",
  "--model",
  "--key",
  "--source",
  "-o",
  "--",
  "-",
];
/** What these commands may end with: all went well, wrong words, nothing there, or a place that cannot be. */
const CODES: ReadonlySet<number> = new Set([0, 2, 5, 6]);

/** Settings as variables, files and flags, and words on the command line. */
export const settingsTarget: Target = {
  name: "settings",
  inTests: 300,
  async open() {
    return {
      attempt(random) {
        const env = anyEnvironment(random);
        const argv = [...oneOf(random, COMMANDS), ...anyFlags(random)];
        return {
          input: JSON.stringify({ argv, env }),
          async run() {
            const flags = new Map(
              SETTINGS.filter(() => random() < 0.02).map(({ key }) => [key, anyValue(random)] as const),
            );
            const resolved = resolveConfig({ flags, env, readFile: () => anyValue(random) });
            if (resolved.kind === "invalid") expectOneLine(resolved.message);
            else for (const warning of resolved.warnings) expectOneLine(warning);
            const ran = await runCli(argv, { env: { LITELLM_PULSE_DB_PATH: "/proc/nowhere/pulse.db", ...env } });
            if (!CODES.has(ran.code)) throw new Error(`The exit code is ${ran.code}: ${ran.err}`);
            expectNoStack(ran.err);
            if (/[^\P{Cc}\n]/u.test(ran.err))
              throw new Error(`A message steers a terminal: ${JSON.stringify(ran.err)}`);
          },
        };
      },
      async [Symbol.asyncDispose]() {},
    };
  },
};

function anyEnvironment(random: Random): Record<string, string> {
  const chosen = SETTINGS.filter(() => random() < 0.05);
  const settings = chosen.map(
    ({ env, secret }) => [random() < 0.1 && secret ? `${env}_FILE` : env, anyValue(random)] as const,
  );
  const stray =
    random() < 0.1 ? [[`LITELLM_PULSE_${hostileText(random).slice(0, 30)}`, anyValue(random)] as const] : [];
  return Object.fromEntries([...settings, ...stray]);
}

function anyFlags(random: Random): string[] {
  return Array.from({ length: Math.floor(random() * 4) }, () => {
    const flag = random() < 0.5 ? oneOf(random, FLAGS) : oneOf(random, SETTINGS).flag;
    // What is not a file on any disk is not written either.
    return flag === "-o"
      ? ["-o", "/proc/nowhere/out"]
      : random() < 0.8
        ? [flag, anyValue(random)]
        : [`${flag}=${anyValue(random)}`];
  }).flat();
}

function anyValue(random: Random): string {
  return random() < 0.4 ? oneOf(random, GOOD) : hostileText(random);
}

function expectOneLine(message: string): void {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(message))
    throw new Error(`No line that is safe to show: ${JSON.stringify(message)}`);
}
