import type { CommandModel, FlagModel, Offer, ProgramModel } from "./model.ts";

/** The completion script of bash 3.2 and newer; needs no other package. Words of ours hold no blank and no quote. */
export function bashScript({ name, flags, commands }: ProgramModel): string {
  const fn = `_${name.replace(/\W/g, "_")}`;
  const names = commands.map((command) => command.name);
  return `# bash completion of ${name}: put this line into ~/.bashrc
#   eval "$(${name} completion bash)"

${fn}_reply() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done
}

${fn}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  # "--flag=value" comes as three words.
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" && COMP_CWORD -ge 2 ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join("|")}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${valueCases(fn, commands).join("\n")}
  esac
  case "$command" in
    '') ${fn}_reply < <(compgen -W "${[...names, ...flagNames(flags)].join(" ")}" -- "$cur") ;;
${commands.map((command) => commandCase(fn, command)).join("\n")}
  esac
}

complete -F ${fn} ${name}
`;
}

function flagNames(flags: readonly FlagModel[]): string[] {
  return flags.flatMap(({ names }) => names);
}

/** What is offered after flags that take a value, those with the same offer together; each line ends the function. */
function valueCases(fn: string, commands: readonly CommandModel[]): string[] {
  const patterns = new Map<string, string[]>();
  for (const command of commands) {
    for (const { names, value } of command.flags) {
      if (value === undefined) continue;
      const line = offerLine(fn, value.offer);
      patterns.set(line, [...(patterns.get(line) ?? []), ...names.map((name) => `"${command.name} ${name}"`)]);
    }
  }
  return [...patterns].map(([line, flags]) => `    ${flags.join("|")}) ${line}return ;;`);
}

function commandCase(fn: string, { name, flags, argument }: CommandModel): string {
  const words = `${fn}_reply < <(compgen -W "${flagNames(flags).join(" ")}" -- "$cur")`;
  if (argument === undefined || argument.offer.kind === "nothing") return `    ${name}) ${words} ;;`;
  return `    ${name}) if [[ $cur == -* ]]; then ${words}; else ${offerLine(fn, argument.offer)}fi ;;`;
}

function offerLine(fn: string, offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return `${fn}_reply < <(compgen -W "${offer.words.join(" ")}" -- "$cur"); `;
    case "list": {
      // Only what stands after the last comma is completed.
      const before = `"\${cur%"\${cur##*,}"}"`;
      return `${fn}_reply < <(compgen -P ${before} -W "${offer.words.join(" ")}" -- "\${cur##*,}"); `;
    }
    case "path":
      return `compopt -o filenames 2>/dev/null; ${fn}_reply < <(compgen -f -- "$cur"); `;
    case "nothing":
      return "";
    default:
      return offer satisfies never;
  }
}
