import { Option } from "commander";
import { PERIODS, type Period } from "../../../aggregator/window.ts";
import { DIMENSIONS } from "../../../litellm/dimensions.ts";
import { LEDGER_GROUPINGS } from "../../../query/question/usage-question.ts";
import { EXIT_NAMES } from "../../exit-code.ts";
import { FORMAT_FLAGS } from "../../report/outputs.ts";
import { type CommandTree, jsonOption } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

const PERIOD_HELP: { readonly [P in Period]: string } = {
  today: "since midnight (default)",
  yesterday: "the whole day before",
  week: "since Monday",
  month: "since the 1st",
};

/** `report`: its flags are the names of the query parameters of `/api/v1/usage`. */
export function addReport(tree: CommandTree): void {
  const report = tree.add(
    "report",
    "Show what was spent",
    [
      "litellm-pulse report --today",
      "litellm-pulse report --month --by team,model --top 10",
      "litellm-pulse report --json | jq .total.cost",
      "litellm-pulse report --week -o week.html -o week.csv",
      "litellm-pulse report --fail-over 5.00 --oneline",
    ],
    EXIT_NAMES,
  );
  const option = (group: string, flags: string, help: string) =>
    report.addOption(new Option(flags, help).helpGroup(group));
  for (const period of PERIODS) option("Period:", `--${period}`, PERIOD_HELP[period]);
  option("Period:", "--last <time>", "the last minutes, hours or days: 90m, 12h, 7d");
  option("Period:", "--since <moment>", "from a date or instant on");
  option("Period:", "--until <moment>", "up to a date (inclusive) or instant");
  option(
    "Groups:",
    "--by <names>",
    `group by ${[...DIMENSIONS, ...LEDGER_GROUPINGS].join(", ")}, day or hour (default: model)`,
  );
  option("Groups:", "--step <step>", "length of the steps: 15m, hour or day");
  option("Groups:", "--top <n>", "show the largest groups, fold the rest into one");
  option("Groups:", "--sort <metric>", "sort groups by a metric (default: cost; days and hours by time)");
  for (const dimension of DIMENSIONS) {
    option("Filters:", `--${dimension.replace("_", "-")} <value...>`, `only this ${dimension.replace("_", " ")}`);
  }
  const formats = [
    jsonOption(),
    new Option("--csv", "print the groups as CSV"),
    new Option("--html", "print one HTML page with charts that needs nothing else"),
    new Option("--oneline", "print one line for a status bar such as tmux or waybar"),
    new Option("--json-schema", "print the JSON Schema of what --json prints"),
  ];
  for (const format of formats) {
    const others = formats.filter((other) => other !== format).map((other) => other.attributeName());
    report.addOption(format.conflicts(others).helpGroup("Output:"));
  }
  report.addOption(
    new Option(
      "-o, --output <file>",
      "write to a file, as its ending says: .json, .csv, .html or .txt; may be repeated",
    )
      .argParser((file: string, files: string[] | undefined) => [...(files ?? []), file])
      .helpGroup("Output:"),
  );
  option("Output:", "--watch", "show the table anew whenever it changes, until Ctrl-C");
  option(
    "Source and limits:",
    "--url <url>",
    "ask a running serve, such as http://localhost:8000, with LITELLM_PULSE_API_KEY, instead of the file",
  );
  option(
    "Source and limits:",
    "--source <source>",
    "metrics or ledger (default: the spend ledger where it covers the period, else LiteLLM's metrics)",
  );
  option("Source and limits:", "--fail-over <dollars>", "end with exit code 3 when more than this was spent");
  addSettings(
    report,
    only("dbPath", "ledgerPath", "ledgerUrl", "timezone", "budgetDaily", "budgetWeekly", "budgetMonthly"),
  ).action(
    tree.action(
      async () => (await import("../../commands/report.ts")).report,
      (_, command) => {
        const flags = command.opts();
        return {
          flags,
          format: FORMAT_FLAGS.find((name) => flags[name] === true),
          paths: flags["output"] ?? [],
          url: flags["url"],
          failOver: flags["failOver"],
          watch: flags["watch"] === true,
          jsonSchema: flags["jsonSchema"] === true,
        };
      },
    ),
  );
}
