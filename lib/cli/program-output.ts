import type { OutputConfiguration } from "commander";
import { EXIT, EXIT_MEANINGS } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { say } from "./say.ts";

const USUAL_WIDTH = 80;

/** Where Commander writes, how wide, and its errors in our words. */
export function programOutput(io: Io): OutputConfiguration {
  const width = () => io.outColumns ?? USUAL_WIDTH;
  return {
    writeOut: io.out,
    writeErr: io.err,
    getOutHelpWidth: width,
    getErrHelpWidth: width,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text) => say(io, usageMessage(text)),
  };
}

/** Examples as help shows them, before everything else. */
export function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  $ ${example}`).join("\n")}\n`;
}

/** The exit codes as help shows them. */
export function exitCodesText(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[]; // The keys of a constant table are what its type says.
  return `\nExit codes:\n${names.map((name) => `  ${EXIT[name]}  ${EXIT_MEANINGS[name]}`).join("\n")}`;
}

/** Commander's `error: unknown option '--tody'\n(Did you mean --today?)` as one line; the value of a flag is left out. */
function usageMessage(text: string): string {
  const [message = "", suggestion] = text
    .replace(/^error: /, "")
    .replace(/'(--?[\w-]+)=.*?'/s, "'$1=…'")
    .replace(". Expected", ", expected")
    .trim()
    .split("\n");
  const next = suggestion === undefined ? "; see --help" : ` ${suggestion.replace("(Did", "(did")}`;
  return `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, "")}${next}`;
}
