import { jsonText } from "../../query/json-text.ts";
import type { Grouping } from "../../query/question/usage-question.ts";
import { usageCsv } from "../../report/csv.ts";
import { glyphsFor } from "../../report/glyphs.ts";
import { oneLine } from "../../report/one-line.ts";
import { readsUnicode, type TerminalLook } from "../../report/terminal.ts";
import { usageTable } from "../../report/usage-table.ts";
import type { ReportFormat } from "./outputs.ts";
import type { Told } from "./source.ts";

/** Writes an answer in a format; `look` is for the table. */
export async function render(
  format: ReportFormat,
  { answer, newestAt, notes }: Told,
  context: {
    readonly by: readonly Grouping[];
    readonly now: number;
    readonly look: TerminalLook;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<string> {
  const { by, now, look, env } = context;
  switch (format) {
    case "json":
      return jsonText(answer);
    case "csv":
      return usageCsv(answer, by);
    case "html": {
      const { usageHtml } = await import("../../report/html/usage-html.ts");
      return usageHtml(answer, { by, now, newestAt, notes });
    }
    case "oneline":
      // Status bars read a pipe, and show what the locale does.
      return oneLine(answer, { separator: glyphsFor(readsUnicode(env)).separator, now, newestAt });
    case "table":
      return usageTable(answer, { ...look, by, now, newestAt, notes });
    default:
      return format satisfies never;
  }
}
