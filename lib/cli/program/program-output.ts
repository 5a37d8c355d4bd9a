import type { Command, OutputConfiguration } from "commander";
import { harmless } from "../../config/mask.ts";
import { EXIT, EXIT_MEANINGS, type ExitName } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";
import { otherHome } from "./other-home.ts";

const USUAL_WIDTH = 80;

/**
 * Where Commander writes, how wide, and the errors of a command in our words; `whole` makes the program with all
 * commands.
 */
export function programOutput(io: Io, command: Command, whole: () => Command): OutputConfiguration {
  const width = () => io.outSize().columns ?? USUAL_WIDTH;
  return {
    writeOut: io.out,
    writeErr: io.err,
    getOutHelpWidth: width,
    getErrHelpWidth: width,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text) => say(io, harmless(usageMessage(text, command, whole))),
  };
}

/** Examples as help shows them, before everything else. */
export function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  $ ${example}`).join("\n")}\n`;
}

/** The exit codes that a command can give, as help shows them. */
export function exitCodesText(exits: readonly ExitName[]): string {
  return `\nExit codes:\n${exits.map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`).join("\n")}`;
}

/** Commander's `error: unknown option '--tody'\n(Did you mean --today?)` as one line; the value of a flag is left out. */
function usageMessage(text: string, command: Command, whole: () => Command): string {
  const [message = "", suggestion] = text
    .replace(/^error: /, "")
    .replace(/'(--?[\w-]+)=.*?'/s, "'$1=…'")
    .replace(". Expected", ", expected")
    .trim()
    .split("\n");
  const said = `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, "")}`;
  const [, flag] = /^unknown option '(--?[\w-]+)/.exec(message) ?? [];
  const home = flag === undefined ? undefined : otherHome(flag, command, whole().commands);
  if (home?.isExact) return `${said}: ${home.hint}`;
  if (suggestion !== undefined) return `${said} ${suggestion.replace("(Did", "(did")}`;
  return home === undefined ? `${said}; see --help` : `${said} (${home.hint})`;
}
