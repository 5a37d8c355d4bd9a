import { Cursor } from "./cursor.ts";

type CommentLine =
  | { readonly kind: "type"; readonly name: string; readonly type: string }
  | { readonly kind: "help" | "unit" | "eof" | "other" };

/** Reads a line that begins with `#`; a keyword without what must follow it makes a comment like any other. */
export function parseCommentLine(text: string): CommentLine {
  if (text === "# EOF") return { kind: "eof" };
  const cursor = new Cursor(text.slice(1));
  const keyword = cursor.takeWord();
  const name = cursor.takeQuoted() ?? cursor.takeMetricName();
  if (!name || !(cursor.isAtEnd || cursor.isAfterBlank)) return { kind: "other" };
  switch (keyword) {
    case "HELP":
      return { kind: "help" };
    case "UNIT":
      return { kind: "unit" };
    case "TYPE":
      return cursor.isAtEnd ? { kind: "other" } : { kind: "type", name, type: cursor.takeWord() };
    default:
      return { kind: "other" };
  }
}
