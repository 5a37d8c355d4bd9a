import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHELLS, type Shell } from "../../../lib/cli/completion/shells.ts";

/** Asks a real shell that has read a completion script what it offers at the end of a line. */
type Ask = (script: string, line: string, folder: string) => readonly string[];

/**
 * How each shell is asked. `bash` runs the function as readline does; `zsh` gets a terminal, a line and a TAB, and
 * writes down what reaches `compadd`; `fish` has a command for it.
 */
const ASK: { readonly [S in Shell]: Ask } = {
  bash: (script, line) => {
    // As readline does: a new word after a blank, and the equals sign is a word of its own.
    const words = line.replaceAll("=", " = ").replace(/ +/g, " ").split(" ");
    const given = line.endsWith("=") ? words.filter((word) => word !== "") : words;
    return [
      "bash",
      "--norc",
      "-c",
      `source ${script}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _litellm_pulse; printf '%s\\n' "\${COMPREPLY[@]}"`,
      "bash",
      script,
      ...given,
    ];
  },
  zsh: (script, line, folder) => ["zsh", "-f", join(import.meta.dir, "ask-zsh.zsh"), script, line, folder],
  fish: (script, line) => ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, line],
};

/** The shells that this machine has; bash is always there, as the tests of the binary need it too. */
export const SHELLS_HERE = SHELLS.filter((shell) => shell === "bash" || Bun.which(shell) !== null);

/** What a shell offers at the end of a line, in no order, without descriptions. */
export async function offeredBy(shell: Shell, script: string, line: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-shell-"));
  try {
    const path = join(folder, "script");
    await Bun.write(path, script);
    await Bun.write(join(folder, "a page.prom"), "");
    const child = Bun.spawn([...ASK[shell](path, line, folder)], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C.UTF-8", TERM: "xterm" },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (err !== "") throw new Error(`${shell} complains: ${err}`);
    return out
      .split("\n")
      .map((text) => text.split("\t")[0] ?? "")
      .filter((text) => text !== "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
