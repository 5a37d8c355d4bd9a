import type { Command } from "commander";
import { closest } from "../../config/closest.ts";
import { quoted } from "../../config/mask.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { modelOf, type ProgramModel } from "../completion/model.ts";
import { SHELLS, type Shell } from "../completion/shells.ts";
import { zshScript } from "../completion/zsh.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";

const SCRIPTS: { readonly [S in Shell]: (program: ProgramModel) => string } = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `completion <shell>`: the shell's script, made of the command tree. */
export async function completion(
  _resolved: object,
  options: { readonly shell: string; readonly program: Command },
  io: Io,
): Promise<ExitCode> {
  const shell = SHELLS.find((known) => known === options.shell);
  if (shell === undefined) {
    const alike = closest(options.shell, SHELLS);
    const meant = alike === undefined ? "" : ` (did you mean ${alike}?)`;
    say(io, `The shell is ${quoted(options.shell)}, expected one of ${SHELLS.join(", ")}${meant}`);
    return EXIT.usage;
  }
  io.out(SCRIPTS[shell](modelOf(options.program)));
  return EXIT.done;
}
