import type { Argument, Command, Option } from "commander";
import { type Completes, completesOf, wordsOf } from "../../config/schemas.ts";
import { SETTINGS } from "../../config/settings.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { STEPS } from "../../query/question/usage-question.ts";

/** What a shell offers where a value is expected: one of some words, several joined by commas, a file, or nothing. */
export type Offer =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "list"; readonly words: readonly string[] }
  | { readonly kind: "path" }
  | { readonly kind: "nothing" };

/** A flag: its spellings (`--json`, `-o`), one line of help, and what follows it. */
export type FlagModel = {
  readonly names: readonly string[];
  readonly help: string;
  /** Undefined for a switch. `isMany`: further values may follow without the flag. */
  readonly value: { readonly name: string; readonly offer: Offer; readonly isMany: boolean } | undefined;
};

/** A command as the completion scripts know it. */
export type CommandModel = {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly FlagModel[];
  readonly argument: { readonly name: string; readonly offer: Offer } | undefined;
};

/** The program as the completion scripts know it. */
export type ProgramModel = {
  readonly name: string;
  readonly flags: readonly FlagModel[];
  readonly commands: readonly CommandModel[];
};

const NOTHING: Offer = { kind: "nothing" };

/** What is known of a value beside the settings, by the placeholder in help. */
const BY_PLACEHOLDER: ReadonlyMap<string, Offer> = new Map<string, Offer>([
  ["names", { kind: "list", words: [...DIMENSIONS, "day", "hour"] }],
  ["step", { kind: "words", words: STEPS }],
  ["metric", { kind: "words", words: COUNTERS }],
  ["path", { kind: "path" }],
  ["file", { kind: "path" }],
]);

/** Reads the commands, flags and values out of Commander's tree. */
export function modelOf(program: Command): ProgramModel {
  const names = program.commands.map((command) => command.name());
  const commands = program.commands.map((command) => ({
    name: command.name(),
    help: command.description(),
    flags: flagsOf(command),
    argument: argumentOf(command.registeredArguments[0], names),
  }));
  return { name: program.name(), flags: flagsOf(program), commands };
}

function flagsOf(command: Command): FlagModel[] {
  const help: FlagModel = { names: ["-h", "--help"], help: "show this help", value: undefined };
  return [...command.options.map(flagOf), help];
}

function flagOf(option: Option): FlagModel {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const [, placeholder] = /[<[]([\w-]+)/.exec(option.flags) ?? [];
  const value =
    placeholder === undefined
      ? undefined
      : { name: placeholder, offer: offerOf(option, placeholder), isMany: option.variadic };
  // The `--no-` twin of a switch has no help of its own.
  return { names, help: option.description || "the opposite", value };
}

function offerOf({ argChoices, long }: Option, placeholder: string): Offer {
  if (argChoices !== undefined) return { kind: "words", words: argChoices };
  const setting = SETTINGS.find(({ flag }) => flag === long);
  if (setting !== undefined) return offerOfSetting(completesOf(setting.schema));
  return BY_PLACEHOLDER.get(placeholder) ?? NOTHING;
}

function offerOfSetting(completes: Completes | undefined): Offer {
  if (completes === undefined) return NOTHING;
  return completes.kind === "path" ? { kind: "path" } : { kind: "words", words: wordsOf(completes) };
}

function argumentOf(argument: Argument | undefined, commands: readonly string[]): CommandModel["argument"] {
  if (argument === undefined) return undefined;
  const name = argument.name();
  if (argument.argChoices !== undefined) return { name, offer: { kind: "words", words: argument.argChoices } };
  if (name === "command") return { name, offer: { kind: "words", words: commands } };
  return { name, offer: ["source", "file"].includes(name) ? { kind: "path" } : NOTHING };
}
