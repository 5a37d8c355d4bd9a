import type { CommandModel, FlagModel, Offer, ProgramModel } from "./model.ts";

/** The completion script of fish 3 and newer. */
export function fishScript({ name, flags, commands }: ProgramModel): string {
  const first = "__fish_use_subcommand";
  const lines = [
    `# fish completion of ${name}: put this line into ~/.config/fish/config.fish`,
    `#   ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...flags.map((flag) => flagLine(name, first, flag)),
    ...commands.map(({ name: command, help }) => `complete -c ${name} -n ${first} -a ${command} -d ${quoted(help)}`),
    ...commands.flatMap((command) => commandLines(name, command)),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(program: string, { name, flags, argument }: CommandModel): string[] {
  const within = quoted(`__fish_seen_subcommand_from ${name}`);
  const lines = flags.map((flag) => flagLine(program, within, flag));
  if (argument === undefined) return lines;
  return [...lines, `complete -c ${program} -n ${within} ${offered(argument.offer)}`];
}

function flagLine(program: string, when: string, { names, help, value }: FlagModel): string {
  const spellings = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const follows = value === undefined ? "" : ` -r ${offered(value.offer)}`;
  return `complete -c ${program} -n ${when} ${spellings.join(" ")}${follows} -d ${quoted(help)}`;
}

function offered(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return `-f -a ${quoted(offer.words.join(" "))}`;
    case "list":
      return `-f -a ${quoted(`(__fish_append , ${offer.words.join(" ")})`)}`;
    case "path":
      return "-F";
    case "nothing":
      return "-f";
    default:
      return offer satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
