import type { Grouping } from "../query/question/usage-question.ts";
import type { UsageAnswer } from "../query/usage/answer.ts";
import { readingVerb } from "./age-text.ts";
import { contextPhrases } from "./context-phrases.ts";
import { costOverTime } from "./cost-over-time.ts";
import { flow, proseOf } from "./flow.ts";
import { glyphsFor } from "./glyphs.ts";
import { fitLayout, INDENT, type Layout } from "./layout.ts";
import { nameColumns } from "./name-columns.ts";
import { notesOn } from "./notes.ts";
import { paintFor } from "./paint.ts";
import { indented, tableLines } from "./table-lines.ts";
import type { TerminalLook } from "./terminal.ts";
import { titleLines } from "./title.ts";
import { type ValueColumn, valueColumns } from "./value-columns.ts";

export type TableOptions = TerminalLook & {
  /** What the answer is grouped by; names the first columns. */
  readonly by: readonly Grouping[];
  readonly now: number;
  /** When the newest good page came; undefined where there is none. */
  readonly newestAt: number | undefined;
  /** Warnings, printed below the table. */
  readonly notes?: readonly string[];
};

/**
 * A usage answer as a table for people, ending in a newline. No line is wider than the width, unless a single number
 * is: numbers are never cut. Names are foreign text and come out harmless.
 */
export function usageTable(answer: UsageAnswer, options: TableOptions): string {
  const { width, now, newestAt } = options;
  const glyphs = glyphsFor(options.unicode);
  const paint = paintFor(options.colour);
  const names = nameColumns(answer.groups, options.by);
  const values = valueColumns(answer);
  const layout = fitLayout(names, values, width);
  const room = width - INDENT;
  const title = titleLines(answer.period, {
    width,
    separator: glyphs.separator,
    now,
    newestAt,
    verb: readingVerb(answer),
  });
  const notes = notesOn({ answer, notes: options.notes ?? [] }).flatMap((note) =>
    flow([proseOf(note, room)], " ", room),
  );
  const context = [
    ...flow(contextPhrases(answer, paint), glyphs.separator, room),
    ...costOverTime(answer.steps, glyphs, room),
    ...flow([absence(values, layout)], " ", room).map((line) => paint("dim", line)),
  ];
  const blocks = [
    title.map((line) => paint("dim", line)),
    tableLines(names, layout, { glyphs, paint, width }),
    indented(context),
    indented(notes),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

/** Names the columns that the width has no room for, so that nobody takes them for empty. */
function absence(values: readonly ValueColumn[], layout: Layout): readonly string[] {
  const left = values.filter((column) => !layout.shown.includes(column)).map(({ header }) => header);
  return left.length === 0 ? [] : ["no", "room", "for", ...left.join(", ").split(" ")];
}
