import { Option } from "commander";
import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

/** `purge`: what is past its retention goes, or is only counted. */
export function addPurge(tree: CommandTree): void {
  const purge = tree
    .add(
      "purge",
      "Remove quarter hours and snapshots past their retention; days and totals stay",
      ["litellm-pulse purge --dry-run", "litellm-pulse purge --older-than 30 --vacuum"],
      ["done", "unexpected", "usage", "noData", "database"],
    )
    .addOption(new Option("--dry-run", "only count what would be removed"))
    .addOption(new Option("--older-than <days>", "keep this many days instead of the retention time"))
    .addOption(new Option("--vacuum", "give the space back to the file system"))
    .addOption(jsonOption());
  addSettings(purge, only("dbPath", "dbRetentionDays", "timezone")).action(
    tree.action(
      async () => (await import("../../commands/purge.ts")).purgeCommand,
      (_, command) => {
        const { dryRun, olderThan, vacuum } = command.opts<{ dryRun?: true; olderThan?: string; vacuum?: true }>();
        return { dryRun: dryRun === true, olderThan, vacuum: vacuum === true, json: wantsJson(command) };
      },
    ),
  );
}
