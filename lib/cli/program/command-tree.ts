import { Command, Option } from "commander";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { EXIT, EXIT_NAMES, type ExitCode, type ExitName } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";
import { VERSION } from "../version.ts";
import { examplesText, exitCodesText, programOutput } from "./program-output.ts";
import { resolveFrom } from "./settings-flags.ts";

/** Runs a command with its settings and its own options. */
type Run<Options> = (resolved: ResolvedConfig, options: Options, io: Io) => Promise<ExitCode>;

/** What the flags of a command are declared with. */
export type CommandTree = {
  readonly program: Command;
  /** Makes the program with every command; this one may have only the command that was asked for. */
  readonly whole: () => Command;
  /** A new command: what help shows of it first and last, its examples and the exit codes that it can give. */
  add(name: string, description: string, examples: readonly string[], exits: readonly ExitName[]): Command;
  /** Commander's action: resolves the settings, loads the command's own module and runs it with `options`. */
  action<Options>(
    load: () => Promise<Run<Options>>,
    options: (args: readonly unknown[], command: Command) => Options,
  ): (...all: unknown[]) => Promise<void>;
};

/** The program without its commands; `done` gets the exit code of the command that ran. */
export function createTree(
  io: Io,
  done: (code: ExitCode) => void,
  examples: readonly string[],
  whole: () => Command,
): CommandTree {
  const prepare = (command: Command, commandExamples: readonly string[], exits: readonly ExitName[]): Command =>
    command
      .exitOverride()
      .configureOutput(programOutput(io, command, whole))
      .helpOption("-h, --help", "show this help")
      .showSuggestionAfterError()
      .addHelpText("before", examplesText(commandExamples))
      .addHelpText("after", exitCodesText(exits));
  const program = prepare(new Command("litellm-pulse"), examples, EXIT_NAMES)
    .description("What your LiteLLM spends, on what, who spends it and whether it is normal")
    .version(VERSION, "-V, --version", "show the version")
    .enablePositionalOptions();
  return {
    program,
    whole,
    add: (name, description, commandExamples, exits) =>
      prepare(program.command(name), commandExamples, exits).description(description),
    action:
      (load, options) =>
      async (...all) => {
        const command = all.at(-1);
        if (!(command instanceof Command)) throw new TypeError("Commander gave no command");
        const resolved = resolveFrom(command, io);
        if (resolved.kind === "invalid") {
          say(io, resolved.message);
          return done(EXIT.usage);
        }
        const run = await load();
        return done(await run(resolved, options(all.slice(0, -2), command), io));
      },
  };
}

/** `--json`, as every command that prints data has it. */
export function jsonOption(): Option {
  return new Option("--json", "print JSON");
}

/** Whether `--json` was given. */
export function wantsJson(command: Command): boolean {
  return command.opts()["json"] === true;
}
