import { flow } from "./flow.ts";
import type { Glyphs } from "./glyphs.ts";
import { GAP, INDENT, type Layout } from "./layout.ts";
import { type NameColumn, totalNames } from "./name-columns.ts";
import { padLeft, padRight } from "./pad.ts";
import type { Paint, Tone } from "./paint.ts";
import { shorten } from "./shorten.ts";
import type { ValueColumn } from "./value-columns.ts";

type Drawing = { readonly glyphs: Glyphs; readonly paint: Paint; readonly width: number };
type Cells = readonly { readonly text: string; readonly tone: Tone }[];

/** The lines of the table: header, a line or two for each group, a rule, the total. */
export function tableLines(names: readonly NameColumn[], layout: Layout, drawing: Drawing): string[] {
  const rows = (layout.shown[0]?.cells.length ?? 1) - 1;
  const line = (texts: readonly string[], cells: Cells, tone: Tone = "plain") =>
    layout.kind === "rows"
      ? [rowLine(texts, cells, layout.nameWidths, layout.shown, tone, drawing)]
      : stackedLines(texts, cells, layout.shown, tone, drawing);
  const header = layout.shown.map((column) => ({ text: column.header, tone: "dim" as const }));
  const groups = Array.from({ length: rows }, (_, row) =>
    line(
      names.map(({ texts }) => texts[row] ?? ""),
      cellsOf(layout.shown, row),
    ),
  );
  return [
    ...line(
      names.map((column) => column.header),
      header,
      "dim",
    ),
    ...(rows > 0
      ? groups.flat()
      : indented(flow([["No", "usage", "in", "this", "period"]], " ", drawing.width - INDENT))),
    indent(drawing.paint("dim", drawing.glyphs.rule.repeat(tableWidth(layout)))),
    ...line(totalNames(names), cellsOf(layout.shown, rows)),
  ];
}

/** Lines a step in from the left. */
export function indented(lines: readonly string[]): string[] {
  return lines.map(indent);
}

function cellsOf(shown: readonly ValueColumn[], row: number): Cells {
  return shown.map(({ cells, tones }) => ({ text: cells[row] ?? "", tone: tones[row] ?? "plain" }));
}

function rowLine(
  names: readonly string[],
  cells: Cells,
  nameWidths: readonly number[],
  shown: readonly ValueColumn[],
  tone: Tone,
  { glyphs, paint }: Drawing,
): string {
  const texts = names.map((name, index) => {
    const width = nameWidths[index] ?? 0;
    return padRight(paint(tone, shorten(name, width, glyphs.ellipsis)), width);
  });
  return indent([...texts, ...valueTexts(cells, shown, paint)].join(" ".repeat(GAP)));
}

function stackedLines(
  names: readonly string[],
  cells: Cells,
  shown: readonly ValueColumn[],
  tone: Tone,
  { glyphs, paint, width }: Drawing,
): string[] {
  const phrases = names
    .filter((name) => name !== "")
    .map((name) => [paint(tone, shorten(name, width - INDENT, glyphs.ellipsis))]);
  const values = valueTexts(cells, shown, paint).join(" ".repeat(GAP));
  return indented([...flow(phrases, glyphs.separator, width - INDENT), values]);
}

function valueTexts(cells: Cells, shown: readonly ValueColumn[], paint: Paint): string[] {
  return cells.map(({ text, tone }, index) => padLeft(paint(tone, text), shown[index]?.width ?? 0));
}

function tableWidth(layout: Layout): number {
  const widths = [...(layout.kind === "rows" ? layout.nameWidths : []), ...layout.shown.map((column) => column.width)];
  return widths.reduce((all, cells) => all + cells + GAP, -GAP);
}

function indent(line: string): string {
  return " ".repeat(INDENT) + line;
}
