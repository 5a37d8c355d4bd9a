import { Argument } from "commander";
import { SHELLS } from "../../completion/shells.ts";
import type { CommandTree } from "../command-tree.ts";

/** `completion <shell>`. The choices are for help and for the scripts: a wrong one is the command's to refuse. */
export function addCompletion(tree: CommandTree): void {
  tree
    .add(
      "completion",
      "Print the script that completes our commands, flags and values in bash, zsh or fish",
      [
        'eval "$(litellm-pulse completion bash)"     # in ~/.bashrc',
        'eval "$(litellm-pulse completion zsh)"      # in ~/.zshrc, after compinit',
        "litellm-pulse completion fish | source      # in ~/.config/fish/config.fish",
      ],
      ["done", "unexpected", "usage"],
    )
    .addArgument(new Argument("<shell>", "whose script is printed").choices(SHELLS).argParser(String))
    .action(
      tree.action(
        async () => (await import("../../commands/completion.ts")).completion,
        ([shell]) => ({ shell: String(shell), program: tree.whole() }),
      ),
    );
}
