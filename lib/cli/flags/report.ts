import { Option } from "commander";
import { PERIODS, type Period } from "../../aggregator/window.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import type { ReportFormat } from "../commands/report.ts";
import { addSettings, only } from "../settings-flags.ts";

const PERIOD_HELP: { readonly [P in Period]: string } = {
  today: "since midnight (default)",
  yesterday: "the whole day before",
  week: "since Monday",
  month: "since the 1st",
};

/** `report`: its flags are the names of the query parameters of `/api/v1/usage`. */
export function addReport(tree: CommandTree): void {
  const report = tree.add("report", "Show what was spent", [
    "litellm-pulse report --today",
    "litellm-pulse report --month --by team,model",
    "litellm-pulse report --json | jq .total.cost",
  ]);
  const option = (group: string, flags: string, help: string) =>
    report.addOption(new Option(flags, help).helpGroup(group));
  for (const period of PERIODS) option("Period:", `--${period}`, PERIOD_HELP[period]);
  option("Period:", "--last <time>", "the last minutes, hours or days: 90m, 12h, 7d");
  option("Period:", "--since <moment>", "from a date or instant on");
  option("Period:", "--until <moment>", "up to a date (inclusive) or instant");
  option("Groups:", "--by <names>", `group by ${DIMENSIONS.join(", ")}, day or hour (default: model)`);
  option("Groups:", "--step <step>", "length of the steps: 15m, hour or day");
  option("Groups:", "--top <n>", "show the first groups, fold the rest into one");
  option("Groups:", "--sort <metric>", "sort groups by a metric (default: cost)");
  for (const dimension of DIMENSIONS) {
    option("Filters:", `--${dimension.replace("_", "-")} <value...>`, `only this ${dimension.replace("_", " ")}`);
  }
  report.addOption(jsonOption().conflicts("csv")).addOption(new Option("--csv", "print the groups as CSV"));
  addSettings(report, only("dbPath", "timezone")).action(
    tree.action(
      async () => (await import("../commands/report.ts")).report,
      (_, command) => {
        const format: ReportFormat = wantsJson(command) ? "json" : command.opts()["csv"] === true ? "csv" : "table";
        return { flags: command.opts(), format };
      },
    ),
  );
}
