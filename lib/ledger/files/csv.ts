import { recordColumns } from "../../litellm/record-columns.ts";
import { MOST_CHARACTERS, type RecordSink, type TextReader, TOO_LONG } from "./record-sink.ts";

const NEWLINE = 10;
const SEPARATORS = [",", ";", "\t", "|"] as const;

/**
 * Reads CSV as RFC 4180 and PostgreSQL's `COPY … CSV HEADER` write it: the first row names the columns, an empty field
 * is NULL and `""` the empty text. Comma, semicolon, tab or bar, whichever the first row has most of; the
 * line `sep=;` that Excel wants in front of it is passed over. Names of columns may be written in any case; where the first
 * row has blanks behind its separators, those around all fields are left out.
 */
export function csvReader(sink: RecordSink): TextReader {
  let rest = "";
  let line = 1;
  let layout: Layout = { separator: ",", isPadded: false };
  let columns: readonly string[] | undefined;
  // A row whose end has not come is looked at again only when there is twice as much of it, else its pieces would be
  // looked at once for each that comes.
  let enough = 0;
  let isSkipping = false;
  const takeRow = (fields: readonly (string | null)[], at: number): void => {
    if (fields.length === 1 && fields[0] === null) return;
    if (!columns) {
      if (fields.length === 2 && fields[0] === "sep=" && fields[1] === null) return;
      columns = recordColumns(fields.map((name) => (name ?? "").trim()));
      return;
    }
    if (fields.length !== columns.length) {
      sink.bad(at, `it has ${fields.length} fields, expected ${columns.length} as in the first line`);
      return;
    }
    // A map first, since names are foreign: an object made of it has them as its own keys only.
    sink.value(Object.fromEntries(columns.map((name, index) => [name, fields[index] ?? null])), at);
  };
  const read = (isLast: boolean): void => {
    if (!columns) layout = layoutOf(rest);
    let from = 0;
    for (;;) {
      const row = rowAt(rest, from, layout, isLast);
      if (!row) break;
      takeRow(row.fields, line);
      line += row.lines;
      from = row.end;
    }
    rest = rest.slice(from);
    enough = 2 * rest.length;
  };
  /** Lets go of a row without end up to its next line, where there may be others. */
  const skip = (): void => {
    if (!isSkipping) sink.bad(line, TOO_LONG);
    const end = rest.indexOf("\n");
    isSkipping = end === -1;
    if (!isSkipping) line++;
    rest = isSkipping ? "" : rest.slice(end + 1);
    enough = 0;
  };
  return {
    push(text) {
      rest += text;
      if (isSkipping) skip();
      const isTooLong = rest.length > MOST_CHARACTERS;
      if (isSkipping || (rest.length < enough && !isTooLong)) return;
      if (columns || rest.includes("\n")) read(false);
      else enough = 2 * rest.length;
      if (rest.length > MOST_CHARACTERS) skip();
    },
    finish() {
      if (isSkipping) return;
      read(true);
      if (rest !== "") sink.bad(line, "the file ends in the middle of a quoted field");
    },
  };
}

/** How the fields of a row stand beside each other. */
type Layout = { readonly separator: string; readonly isPadded: boolean };

function layoutOf(text: string): Layout {
  const [first = ""] = text.split("\n", 1);
  const counts = SEPARATORS.map((separator) => first.split(separator).length);
  const separator = SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
  const [, ...behind] = first.split(separator);
  return { separator, isPadded: behind.length > 0 && behind.every((field) => field.startsWith(" ")) };
}

type Row = { readonly fields: (string | null)[]; readonly end: number; readonly lines: number };

/** The row that begins at an index; undefined where its end has not come yet. */
function rowAt(text: string, start: number, { separator, isPadded }: Layout, isLast: boolean): Row | undefined {
  if (start >= text.length) return undefined;
  const fields: (string | null)[] = [];
  let lines = 1;
  for (let at = start; ; at++) {
    let field: string | null;
    if (isPadded) at = behindBlanks(text, at);
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end === -1 || (end + 1 >= text.length && !isLast)) return undefined;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      lines += field.split("\n").length - 1;
      at = isPadded ? behindBlanks(text, end + 1) : end + 1;
    } else {
      const end = endOfField(text, at, separator);
      if (end === text.length && !isLast) return undefined;
      const plain = text.slice(at, end);
      const whole = text[end] === separator ? plain : plain.replace(/\r$/, "");
      const trimmed = isPadded ? whole.trimEnd() : whole;
      field = trimmed === "" ? null : trimmed;
      at = end;
    }
    fields.push(field);
    if (text[at] === separator) continue;
    if (text[at] === "\r") at++;
    // What stands between a closing quote and the end of a line belongs to nothing.
    while (at < text.length && text[at] !== "\n") at++;
    if (at >= text.length && !isLast) return undefined;
    return { fields, end: Math.min(at + 1, text.length), lines };
  }
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at++;
  return at;
}

function endOfField(text: string, from: number, separator: string): number {
  const end = separator.charCodeAt(0);
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === end || code === NEWLINE) break;
  }
  return at;
}

function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
