import type { CommandTree } from "../command-tree.ts";
import { addSettings, inGroups } from "../settings-flags.ts";

/** `demo`: only where it listens and how it logs can be set; the rest is simulated. */
export function addDemo(tree: CommandTree): void {
  const demo = tree.add(
    "demo",
    "Try everything on a simulated LiteLLM and a database of its own",
    ["litellm-pulse demo --port 8000"],
    ["done", "unexpected", "usage", "database"],
  );
  addSettings(demo, inGroups("Server", "Logging and time")).action(
    tree.action(
      async () => (await import("../../commands/demo.ts")).demo,
      () => ({}),
    ),
  );
}
