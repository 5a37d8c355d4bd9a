import type { CommandModel, FlagModel, Offer, ProgramModel } from "./model.ts";

/** The completion script of zsh: to be sourced, or as the file `_litellm-pulse` in a folder of `$fpath`. */
export function zshScript({ name, flags, commands }: ProgramModel): string {
  const fn = `_${name.replace(/\W/g, "_")}`;
  return `#compdef ${name}
# zsh completion of ${name}: put this line into ~/.zshrc, after compinit
#   eval "$(${name} completion zsh)"

${fn}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C ${flags.map(flagSpec).join(" ")} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ name: command, help }) => `        ${quoted(`${command}:${help}`)}`).join("\n")}
      )
      _describe -t commands command commands ;;
    argument)
      case $line[1] in
${commands.map(commandCase).join("\n")}
      esac ;;
  esac
}

if [[ $funcstack[1] == ${fn} ]]; then
  ${fn} "$@"
else
  compdef ${fn} ${name}
fi
`;
}

function commandCase({ name, flags, argument }: CommandModel): string {
  const specs = flags.map(flagSpec);
  if (argument !== undefined) specs.push(quoted(`1:${argument.name}:${action(argument.offer)}`));
  return `        ${name}) _arguments ${specs.join(" \\\n          ")} ;;`;
}

function flagSpec({ names, help, value }: FlagModel): string {
  const described = `[${help.replace(/[[\]\\]/g, "\\$&").replace(/:/g, "\\:")}]`;
  // A flag that takes many values may stand again; others are not offered twice.
  const again = value?.isMany ? "*" : `(${names.join(" ")})`;
  const follows = value === undefined ? "" : `:${value.name}:${action(value.offer)}`;
  return names
    .map((name) => quoted(`${again}${name}${value === undefined ? "" : equals(name)}${described}${follows}`))
    .join(" ");
}

/** A long flag takes its value as the next word or after an equals sign. */
function equals(name: string): string {
  return name.startsWith("--") ? "=" : "";
}

function action(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return `(${offer.words.join(" ")})`;
    case "list":
      return `_values -s , value ${offer.words.join(" ")}`;
    case "path":
      return "_files";
    case "nothing":
      return " ";
    default:
      return offer satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
