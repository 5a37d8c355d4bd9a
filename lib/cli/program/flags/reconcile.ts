import { Option } from "commander";
import { PERIODS } from "../../../aggregator/window.ts";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

/** `reconcile`: the metrics beside the request logs. */
export function addReconcile(tree: CommandTree): void {
  const command = tree.add(
    "reconcile",
    "Compare the metrics with the request logs, by day and model",
    ["litellm-pulse reconcile --month", "litellm-pulse reconcile --last 7d --json"],
    ["done", "unexpected", "usage", "noData", "database"],
  );
  for (const period of PERIODS) command.addOption(new Option(`--${period}`, `the period of report --${period}`));
  command
    .addOption(new Option("--last <time>", "the last minutes, hours or days: 90m, 12h, 7d"))
    .addOption(new Option("--since <moment>", "from a date or instant on"))
    .addOption(new Option("--until <moment>", "up to a date (inclusive) or instant"))
    .addOption(jsonOption());
  addSettings(command, only("dbPath", "ledgerPath", "ledgerUrl", "timezone", "pricesFile")).action(
    tree.action(
      async () => (await import("../../commands/reconcile.ts")).reconcileCommand,
      (_, given) => ({ flags: given.opts(), json: wantsJson(given) }),
    ),
  );
}
