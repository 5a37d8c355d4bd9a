import type { SettingRow } from "../config/describe.ts";
import { fileEnvName } from "../config/names.ts";
import { flow, proseOf } from "../report/flow.ts";
import { padRight, widest } from "../report/pad.ts";
import type { Paint } from "../report/paint.ts";

/** Below this many cells for its help a setting takes several lines. */
const LEAST_HELP = 40;
const GAP = "  ";

/** Every setting as one line, for `grep` and `cut`: variable, value, where it came from, meaning. */
export function settingLines(rows: readonly SettingRow[]): string[] {
  const lines = rows.map(({ env, source, help, value }) => [env, value === null ? "-" : String(value), source, help]);
  const widths = [0, 1, 2].map((column) => widest(lines.map((line) => line[column] ?? "")));
  return lines.map((line) =>
    line
      .map((text, column) => padRight(text, widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Every setting under the heading of its group, in lines of at most `width` cells. */
export function settingGroups(
  rows: readonly SettingRow[],
  look: { readonly width: number; readonly paint: Paint },
): string[] {
  const groups = Map.groupBy(rows, ({ group }) => group);
  return [...groups].flatMap(([group, settings], index) => [
    ...(index === 0 ? [] : [""]),
    look.paint("bold", group),
    ...groupLines(settings, look.width, look.paint),
  ]);
}

function groupLines(rows: readonly SettingRow[], width: number, paint: Paint): string[] {
  const cells = rows.map((row) => [row.env, valueText(row), originText(row)] as const);
  const widths = [0, 1, 2].map((column) => widest(cells.map((line) => line[column] ?? "")));
  const left = widths.reduce((sum, cell) => sum + cell + GAP.length, GAP.length);
  if (width - left < LEAST_HELP) return rows.flatMap((row) => stacked(row, width, paint));
  return rows.flatMap((row, index) => {
    const [first = "", ...more] = flow([proseOf(row.help, width - left)], " ", width - left);
    const [env = "", value = "", origin = ""] = (cells[index] ?? []).map((text, column) =>
      padRight(text, widths[column] ?? 0),
    );
    const head = [GAP + tone(row, paint, env), value, paint("dim", origin), first].join(GAP).trimEnd();
    return [head, ...more.map((line) => " ".repeat(left) + line)];
  });
}

/** A setting in several lines: its variable, its value with where that came from, its meaning. */
function stacked(row: SettingRow, width: number, paint: Paint): string[] {
  const origin = `(${originText(row)})`;
  const indented = (text: string, indent: string) => {
    const room = width - indent.length;
    return flow([proseOf(text, room)], " ", room).map((line) => indent + line);
  };
  const joined = `${GAP}${row.env} = ${valueText(row)} ${origin}`;
  const head =
    Bun.stringWidth(joined) <= width
      ? [joined.replace(row.env, () => tone(row, paint, row.env))]
      : [
          ...indented(row.env, GAP).map((line) => tone(row, paint, line)),
          ...indented(`= ${valueText(row)} ${origin}`, GAP),
        ];
  return [...head, ...indented(row.help, `${GAP}${GAP}`).map((line) => paint("dim", line))];
}

/** What somebody set stands out. */
function tone(row: SettingRow, paint: Paint, text: string): string {
  return row.source === "default" ? text : paint("bold", text);
}

function valueText({ value }: SettingRow): string {
  return value === null ? "not set" : String(value);
}

/** Where the value came from, by the name that somebody wrote. */
function originText({ source, env, flag }: SettingRow): string {
  switch (source) {
    case "flag":
      return flag;
    case "env":
      return "environment";
    case "file":
      return fileEnvName(env);
    case "default":
      return "default";
    default:
      return source satisfies never;
  }
}
