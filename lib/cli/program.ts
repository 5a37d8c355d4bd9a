import { Argument, Command, Option } from "commander";
import { PERIODS, type Period } from "../aggregator/window.ts";
import type { ResolvedConfig } from "../config/resolve.ts";
import type { Setting } from "../config/settings.ts";
import { DIMENSIONS } from "../litellm/dimensions.ts";
import type { ReportFormat } from "./commands/report.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { examplesText, exitCodesText, programOutput } from "./program-output.ts";
import { say } from "./say.ts";
import { addSettings, inGroups, resolveFrom } from "./settings-flags.ts";
import { VERSION } from "./version.ts";

/** Runs a command with its settings and its own options. */
type Run<Options> = (resolved: ResolvedConfig, options: Options, io: Io) => Promise<ExitCode>;

const SCRAPING = inGroups("LiteLLM", "Storage", "Logging and time", "Metric names");
const isKey =
  (...keys: readonly string[]) =>
  (setting: Setting) =>
    keys.includes(setting.key);

const EXAMPLES = [
  "litellm-pulse demo",
  "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
  "litellm-pulse report --today",
  "litellm-pulse report --json | jq .total.cost",
];
const PERIOD_HELP: { readonly [P in Period]: string } = {
  today: "since midnight (default)",
  yesterday: "the whole day before",
  week: "since Monday",
  month: "since the 1st",
};
const URL_LIKE = /^https?:\/\//i;

/** The command tree. What a command does is loaded when it runs, so that `report` never loads the server. */
export function createProgram(io: Io, done: (code: ExitCode) => void): Command {
  const program = new Command("litellm-pulse")
    .description("What your LiteLLM spends, on what, who spends it and whether it is normal")
    .version(VERSION)
    .exitOverride()
    .configureOutput(programOutput(io))
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText("before", examplesText(EXAMPLES))
    .addHelpText("after", exitCodesText());

  /** `load` gives the command's own module; settings are resolved before it runs. */
  const action =
    <Options>(load: () => Promise<Run<Options>>, more: (args: readonly unknown[], command: Command) => Options) =>
    async (...all: unknown[]) => {
      const command = all.at(-1);
      if (!(command instanceof Command)) throw new TypeError("Commander gave no command");
      const resolved = resolveFrom(command, io);
      if (resolved.kind === "invalid") {
        say(io, resolved.message);
        return done(EXIT.usage);
      }
      const run = await load();
      return done(await run(resolved, more(all.slice(0, -2), command), io));
    };
  const add = (name: string, description: string, examples: readonly string[]): Command =>
    program
      .command(name)
      .description(description)
      .exitOverride()
      .configureOutput(programOutput(io))
      .showSuggestionAfterError()
      .addHelpText("before", examplesText(examples));
  const json = () => new Option("--json", "print JSON");
  const isJson = (command: Command): boolean => command.opts()["json"] === true;

  addSettings(
    add("serve", "Scrape LiteLLM at an interval and answer questions over HTTP", [
      "litellm-pulse serve --metrics-url http://litellm:4000/metrics/",
      "LITELLM_PULSE_TIMEZONE=America/New_York litellm-pulse serve",
    ]),
    () => true,
  ).action(
    action(
      async () => (await import("./commands/serve.ts")).serve,
      () => ({}),
    ),
  );

  addSettings(
    add("scrape-once", "Scrape LiteLLM once and book what it spent, for cron", [
      "litellm-pulse scrape-once",
      "curl -s http://litellm:4000/metrics/ | litellm-pulse scrape-once -",
    ])
      .addArgument(new Argument("[source]", "another URL, a recorded page, or - for stdin"))
      .hook("preAction", (command) => {
        const [source] = command.args;
        if (source !== undefined && URL_LIKE.test(source)) command.setOptionValue("metricsUrl", source);
      })
      .addOption(json()),
    SCRAPING,
  ).action(
    action(
      async () => (await import("./commands/scrape-once.ts")).scrapeOnce,
      ([source], command) => {
        const isFile = typeof source === "string" && !URL_LIKE.test(source);
        return { file: isFile ? source : undefined, json: isJson(command) };
      },
    ),
  );

  const report = add("report", "Show what was spent", [
    "litellm-pulse report --today",
    "litellm-pulse report --month --by team,model",
    "litellm-pulse report --json | jq .total.cost",
  ]);
  for (const period of PERIODS) {
    report.addOption(new Option(`--${period}`, PERIOD_HELP[period]).helpGroup("Period:"));
  }
  report
    .addOption(new Option("--last <time>", "the last minutes, hours or days: 90m, 12h, 7d").helpGroup("Period:"))
    .addOption(new Option("--since <moment>", "from a date or instant on").helpGroup("Period:"))
    .addOption(new Option("--until <moment>", "up to a date (inclusive) or instant").helpGroup("Period:"))
    .addOption(
      new Option("--by <names>", `group by ${DIMENSIONS.join(", ")}, day or hour (default: model)`).helpGroup(
        "Groups:",
      ),
    )
    .addOption(new Option("--step <step>", "length of the steps: 15m, hour or day").helpGroup("Groups:"))
    .addOption(new Option("--top <n>", "show the first groups, fold the rest into one").helpGroup("Groups:"))
    .addOption(new Option("--sort <metric>", "sort groups by a metric (default: cost)").helpGroup("Groups:"));
  for (const dimension of DIMENSIONS) {
    report.addOption(
      new Option(`--${dimension.replace("_", "-")} <value...>`, `only this ${dimension.replace("_", " ")}`).helpGroup(
        "Filters:",
      ),
    );
  }
  report.addOption(json().conflicts("csv")).addOption(new Option("--csv", "print the groups as CSV"));
  addSettings(report, isKey("dbPath", "timezone")).action(
    action(
      async () => (await import("./commands/report.ts")).report,
      (_, command) => {
        const format: ReportFormat = isJson(command) ? "json" : command.opts()["csv"] === true ? "csv" : "table";
        return { flags: command.opts(), format };
      },
    ),
  );

  addSettings(
    add("purge", "Remove quarter hours and snapshots past their retention; days and totals stay", [
      "litellm-pulse purge --dry-run",
      "litellm-pulse purge --older-than 30 --vacuum",
    ])
      .addOption(new Option("--dry-run", "only count what would be removed"))
      .addOption(new Option("--older-than <days>", "instead of the retention time"))
      .addOption(new Option("--vacuum", "give the space back to the file system"))
      .addOption(json()),
    isKey("dbPath", "dbRetentionDays", "timezone"),
  ).action(
    action(
      async () => (await import("./commands/purge.ts")).purgeCommand,
      (_, command) => {
        const { dryRun, olderThan, vacuum } = command.opts<{ dryRun?: true; olderThan?: string; vacuum?: true }>();
        return { dryRun: dryRun === true, olderThan, vacuum: vacuum === true, json: isJson(command) };
      },
    ),
  );

  addSettings(
    add("health", "Ask a running server whether it is well, for Docker's HEALTHCHECK", [
      "litellm-pulse health",
      "litellm-pulse health --live",
    ]).addOption(new Option("--live", "whether the process answers, whatever LiteLLM does")),
    isKey("host", "port"),
  ).action(
    action(
      async () => (await import("./commands/health.ts")).health,
      (_, command) => ({ live: command.opts()["live"] === true }),
    ),
  );

  addSettings(
    add("config", "Show every setting, its value and where it came from", ["litellm-pulse config --json"]).addOption(
      json(),
    ),
    () => true,
  ).action(
    action(
      async () => (await import("./commands/config.ts")).configCommand,
      (_, command) => ({ json: isJson(command) }),
    ),
  );

  addSettings(
    add("demo", "Try everything on a simulated LiteLLM and a database of its own", ["litellm-pulse demo --port 8000"]),
    inGroups("Server", "Logging and time"),
  ).action(
    action(
      async () => (await import("./commands/demo.ts")).demo,
      () => ({}),
    ),
  );
  return program;
}
