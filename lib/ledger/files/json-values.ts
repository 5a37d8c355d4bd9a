import { beginsPage, LONGEST_PAGE_HEAD } from "./page-of-rows.ts";
import { MOST_CHARACTERS, parseInto, type RecordSink, type TextReader, TOO_LONG } from "./record-sink.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const COMMA = 44;

/**
 * Reads the objects of a JSON list, objects that stand one after another over several lines, or the rows of saved pages,
 * without ever holding more than one of them. The list's own brackets and commas only separate.
 */
export function jsonValuesReader(sink: RecordSink): TextReader {
  let value = "";
  let depth = 0;
  let line = 1;
  let firstLine = 1;
  let isInString = false;
  let isEscaped = false;
  /** `rows` is inside the list of a page, `rest` behind it. */
  let page: "none" | "rows" | "rest" = "none";
  const end = (): void => {
    if (value.length > MOST_CHARACTERS) sink.bad(firstLine, TOO_LONG);
    else if (value !== "") parseInto(sink, value, firstLine);
    value = "";
  };
  /** Of a value that is too long, no more is kept than shows that it is. */
  const add = (text: string): void => {
    if (value.length <= MOST_CHARACTERS) value += text;
  };
  const isPage = (piece: string): boolean =>
    value.length + piece.length <= LONGEST_PAGE_HEAD && beginsPage(value + piece);
  return {
    push(text) {
      // Where the value that is being read begins in this piece; -1 between values.
      let from = value === "" ? -1 : 0;
      const close = (to: number): void => {
        if (from !== -1) add(text.slice(from, to));
        from = -1;
        end();
      };
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code === NEWLINE) line++;
        if (isInString) {
          if (isEscaped) isEscaped = false;
          else if (code === BACKSLASH) isEscaped = true;
          else if (code === QUOTE) isInString = false;
          continue;
        }
        if (page === "rest") {
          if (code === QUOTE) isInString = true;
          else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
          else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
          if (depth === 0) page = "none";
          continue;
        }
        if (depth === 0 && isSeparator(code)) {
          close(i);
          if (code !== CLOSE_LIST || page !== "rows") continue;
          page = "rest";
          depth = 1;
          continue;
        }
        if (depth === 1 && code === OPEN_LIST && isPage(text.slice(from, i))) {
          value = "";
          from = -1;
          depth = 0;
          page = "rows";
          continue;
        }
        if (from === -1) {
          from = i;
          firstLine = line;
        }
        if (code === QUOTE) isInString = true;
        else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
        else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
          depth = Math.max(0, depth - 1);
          if (depth === 0) close(i + 1);
        }
      }
      if (from !== -1) add(text.slice(from));
    },
    finish() {
      if (depth > 0 || isInString || page !== "none") sink.bad(firstLine, "the file ends in the middle of it");
      else end();
    },
  };
}

function isSeparator(code: number): boolean {
  return code === COMMA || code === OPEN_LIST || code === CLOSE_LIST || code <= 32;
}
