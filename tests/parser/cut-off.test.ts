import { describe, expect, test } from "bun:test";
import type { ExpositionFormat } from "../../lib/parser/exposition-format.ts";
import { parse } from "./parse.ts";

const IN_TEXT = "Received a page that stops in line 2 where a newline was expected at its end";
const IN_OPENMETRICS = 'Received an OpenMetrics page that stops in line 2 where "# EOF" was expected at its end';

const CUT_OFF: [sentence: string, format: ExpositionFormat, body: string, message: string][] = [
  ["a text page without its last newline", "text", "a 1\nb 2", IN_TEXT],
  ["a text page that ends within a name", "text", "a 1\nlitel", IN_TEXT],
  ["a text page that ends with blanks", "text", "a 1\n ", IN_TEXT],
  ["a text page that ends with CR", "text", "a 1\nb 2\r", IN_TEXT],
  ["a text page without a newline behind # EOF", "text", "a 1\n# EOF", IN_TEXT],
  ["a page of unknown format without its last newline", "unknown", "a 1\nb 2", IN_TEXT],
  ["an OpenMetrics page without # EOF", "openmetrics", "a 1\nb 2\n", IN_OPENMETRICS],
  ["an OpenMetrics page with half of # EOF", "openmetrics", "a 1\n# EO", IN_OPENMETRICS],
  ["an unknown page with a unit", "unknown", "# UNIT a_bytes bytes\na_bytes 1\n", IN_OPENMETRICS],
  ["an unknown page with an exemplar", "unknown", 'a_total 1 # {id="x"} 1\nb 2\n', IN_OPENMETRICS],
  [
    "an unknown page whose counter lacks _total in its family only",
    "unknown",
    "# TYPE a counter\na_total 1\n",
    IN_OPENMETRICS,
  ],
];

const WHOLE: [sentence: string, format: ExpositionFormat, body: string][] = [
  ["a text page", "text", "a 1\n"],
  ["a text page with # EOF", "text", "a 1\n# EOF\n"],
  ["a text page that goes on after # EOF", "text", "a 1\n# EOF\na 2\n"],
  ["a text page with a unit", "text", "# UNIT a_bytes bytes\na_bytes 1\n"],
  ["a text page whose counter lacks _total in its family", "text", "# TYPE a counter\na_total 1\n"],
  ["an OpenMetrics page", "openmetrics", "a 1\n# EOF\n"],
  ["an OpenMetrics page without a newline behind # EOF", "openmetrics", "a 1\n# EOF"],
  ["an OpenMetrics page with CR before its newlines", "openmetrics", "a 1\r\n# EOF\r\n"],
  ["an unknown page in the text format", "unknown", "# TYPE a_total counter\na_total 1\n"],
  [
    "an unknown page with a counter beside its total",
    "unknown",
    "# TYPE a counter\na 1\n# TYPE a_total counter\na_total 1\n",
  ],
  ["an unknown page with a total that is no family", "unknown", "# TYPE a counter\na 1\na_total 1\n"],
  ["an unknown page with an empty counter", "unknown", "# TYPE a counter\n# TYPE a_total counter\na_total 1\n"],
  ["an unknown page with # EOF", "unknown", "a 1\n# EOF\n"],
  ["an unknown page with a unit and # EOF", "unknown", "# UNIT a_bytes bytes\na_bytes 1\n# EOF"],
];

describe("refused as cut off is", () => {
  test.each(CUT_OFF)("%s", (_, format, body, message) => {
    expect(parse(body, { format })).toEqual({ kind: "refused", reason: "cut_off", message });
  });
});

describe("whole is", () => {
  test.each(WHOLE)("%s", (_, format, body) => {
    expect(parse(body, { format })).toMatchObject({ kind: "page", page: { skipped: { count: 0 } } });
  });
});

test.each(["openmetrics", "unknown"] as const)("what follows # EOF is bad in a page of format %s", (format) => {
  const outcome = parse("a 1\n# EOF\n\na 2\n# TYPE a gauge\n# EOF\n", { format });
  expect(outcome).toMatchObject({ kind: "page", page: { sums: new Map([["a", 1]]), families: new Map() } });
  expect(outcome).toMatchObject({
    page: { skipped: { count: 3, first: [4, 5, 6].map((line) => ({ line, reason: "after_eof" })) } },
  });
});
