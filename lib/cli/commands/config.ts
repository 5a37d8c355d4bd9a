import { describeConfig } from "../../config/describe.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { jsonText } from "../../query/json-text.ts";
import { paintFor } from "../../report/paint.ts";
import { terminalOptions } from "../../report/terminal.ts";
import { settingGroups, settingLines } from "../config-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";

/** `config`: every setting, its value and where it came from, secrets masked; one line each off a terminal. */
export async function configCommand(
  resolved: ResolvedConfig,
  options: { readonly json: boolean },
  io: Io,
): Promise<ExitCode> {
  for (const warning of resolved.warnings) say(io, warning);
  const rows = describeConfig(resolved);
  if (options.json) {
    io.out(jsonText({ schema_version: 1, settings: rows }));
    return EXIT.done;
  }
  const { width, colour } = terminalOptions({ env: io.env, isTTY: io.outIsTerminal, columns: io.outSize().columns });
  const lines = io.outIsTerminal ? settingGroups(rows, { width, paint: paintFor(colour) }) : settingLines(rows);
  io.out(`${lines.join("\n")}\n`);
  return EXIT.done;
}
