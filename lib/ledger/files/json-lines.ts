import { parseInto, type RecordSink, type TextReader } from "./record-sink.ts";

/** Reads JSON Lines: a value a line. Empty lines are passed over, and a bad line costs only itself. */
export function jsonLinesReader(sink: RecordSink): TextReader {
  let rest = "";
  let line = 0;
  const take = (text: string): void => {
    line++;
    if (text.length > 2 || text.trim() !== "") parseInto(sink, text, line);
  };
  return {
    push(text) {
      const whole = rest === "" ? text : rest + text;
      let from = 0;
      for (let end = whole.indexOf("\n"); end !== -1; end = whole.indexOf("\n", from)) {
        take(whole.slice(from, end));
        from = end + 1;
      }
      rest = whole.slice(from);
    },
    finish() {
      if (rest.trim() !== "") take(rest);
    },
  };
}
