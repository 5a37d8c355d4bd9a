import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings } from "../settings-flags.ts";

/** `config`: takes every setting's flag, so that it shows what the same flags would make of another command. */
export function addConfig(tree: CommandTree): void {
  const config = tree
    .add(
      "config",
      "Show every setting, its value and where it came from",
      ["litellm-pulse config --json"],
      ["done", "unexpected", "usage"],
    )
    .addOption(jsonOption());
  addSettings(config, () => true).action(
    tree.action(
      async () => (await import("../../commands/config.ts")).configCommand,
      (_, command) => ({ json: wantsJson(command) }),
    ),
  );
}
