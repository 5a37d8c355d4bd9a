import { Argument } from "commander";
import { closest } from "../../../config/closest.ts";
import type { CommandTree } from "../command-tree.ts";

/** `help [command]`: in Commander's place, whose own says nothing of a misspelt command. It looks at no setting. */
export function addHelp({ program, whole, add }: CommandTree): void {
  program.helpCommand(false);
  add("help", "Show the help of a command", ["litellm-pulse help report"], ["done", "unexpected", "usage"])
    .addArgument(new Argument("[command]", "whose help is shown"))
    .action((name: string | undefined) => {
      const all = whole();
      const asked = name === undefined ? all : all.commands.find((command) => command.name() === name);
      if (asked !== undefined) return asked.outputHelp();
      const alike = closest(
        name ?? "",
        all.commands.map((command) => command.name()),
      );
      program.error(`error: unknown command '${name}'${alike === undefined ? "" : `\n(Did you mean ${alike}?)`}`);
    });
}
