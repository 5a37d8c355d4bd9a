import { Option } from "commander";
import type { CommandTree } from "../command-tree.ts";
import { addSettings, only } from "../settings-flags.ts";

/** `health`: exit code 0 when the server that listens here is well. */
export function addHealth(tree: CommandTree): void {
  const health = tree
    .add(
      "health",
      "Ask a running server whether it is healthy, for Docker's HEALTHCHECK",
      ["litellm-pulse health", "litellm-pulse health --live"],
      ["done", "unexpected", "usage"],
    )
    .addOption(new Option("--live", "only ask whether the process answers, whatever LiteLLM does"));
  addSettings(health, only("host", "port")).action(
    tree.action(
      async () => (await import("../../commands/health.ts")).health,
      (_, command) => ({ live: command.opts()["live"] === true }),
    ),
  );
}
