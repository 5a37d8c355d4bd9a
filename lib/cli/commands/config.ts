import { describeConfig } from "../../config/describe.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { jsonText } from "../../query/json-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { say } from "../say.ts";

/** `config`: every setting, its value and where it came from, secrets masked. */
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
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const lines = rows.map(
    ({ env, value, source, help }) => [env, value === null ? "-" : String(value), source, help] as const,
  );
  const widths = [0, 1, 2].map((column) => widest(lines.map((line) => line[column] ?? "")));
  for (const line of lines) {
    io.out(
      `${line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
  return EXIT.done;
}
