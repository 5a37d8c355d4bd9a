import { type CommandTree, jsonOption, wantsJson } from "../command-tree.ts";
import { addSettings } from "../settings-flags.ts";

/** `doctor`: takes every setting's flag, so that it tries what the same flags would make of another command. */
export function addDoctor(tree: CommandTree): void {
  const doctor = tree
    .add(
      "doctor",
      "Check settings, LiteLLM, database and ledger, and say what is wrong and what to do",
      ["litellm-pulse doctor", "litellm-pulse doctor --metrics-url http://localhost:4000/metrics/"],
      ["done", "unexpected", "usage", "unreachable", "database"],
    )
    .addOption(jsonOption());
  addSettings(doctor, () => true).action(
    tree.action(
      async () => (await import("../../commands/doctor.ts")).doctor,
      (_, command) => ({ json: wantsJson(command) }),
    ),
  );
}
