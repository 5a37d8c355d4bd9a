import { describe, expect, test } from "bun:test";
import type { RefusalReason } from "../../lib/parser/page.ts";
import { fixture } from "../support/fixtures.ts";
import { parse } from "./parse.ts";

const FORMATS = ["text", "openmetrics", "unknown"] as const;

const REFUSED: [sentence: string, body: string, reason: RefusalReason, message: string][] = [
  ["nothing", "", "empty", "Received an empty body where Prometheus metrics were expected"],
  ["blank lines", " \n\t\r\n\n  ", "empty", "Received an empty body where Prometheus metrics were expected"],
  [
    "white space of any kind",
    "\v\f\u00a0\n\r\r",
    "empty",
    "Received an empty body where Prometheus metrics were expected",
  ],
  [
    "a page with a doctype",
    "\n <!DOCTYPE html>\n",
    "html",
    "Received an HTML page where Prometheus metrics were expected",
  ],
  [
    "a tag before good samples",
    "<pre>\nm 5\n# EOF\n",
    "html",
    "Received an HTML page where Prometheus metrics were expected",
  ],
  [
    "a tag behind a byte order mark",
    "\uFEFF<p>",
    "html",
    "Received an HTML page where Prometheus metrics were expected",
  ],
  ["an object", '{"a": 5}', "json", 'Received JSON where Prometheus metrics were expected: {"a": 5}'],
  ["an array", "[\n1\n]\n", "json", "Received JSON where Prometheus metrics were expected: ["],
  [
    "a string",
    '"No \u001b[31mkey"\n',
    "json",
    'Received JSON where Prometheus metrics were expected: "No \uFFFD[31mkey"',
  ],
  ["words", "Not Found", "not_exposition", "Received other text where Prometheus metrics were expected: Not Found"],
  [
    "a comment",
    "# nothing here\n",
    "not_exposition",
    "Received other text where Prometheus metrics were expected: # nothing here",
  ],
];

describe.each(FORMATS)("a body of format %s", (format) => {
  test.each(REFUSED)("is refused where it is %s", (_, body, reason, message) => {
    expect(parse(body, { format })).toEqual({ kind: "refused", reason, message });
  });

  test("is a page where it begins like JSON but with a quoted name", () => {
    expect(parse('{"quoted.name",a="b"} 5\n# EOF\n', { format }).kind).toBe("page");
  });

  test("is a page where it has families and no samples", () => {
    expect(parse("# HELP a What a is\n# EOF\n", { format }).kind).toBe("page");
    expect(parse("# TYPE a counter\n# EOF\n", { format }).kind).toBe("page");
  });

  test("is echoed with 80 characters at most", () => {
    const outcome = parse("x".repeat(100_000), { format });
    expect(outcome).toMatchObject({ message: expect.stringMatching(/: x{80}$/) });
  });
});

test.each([
  ["root.html", "html"],
  ["liveliness.json", "json"],
  ["readiness.json", "json"],
  ["wrong-url.json", "json"],
  ["metrics-without-callback.json", "json"],
  ["metrics-no-key.json", "json"],
  ["metrics-wrong-key.json", "json"],
  ["metrics-no-bearer-word.txt", "json"],
  ["metrics-x-api-key.txt", "json"],
  ["models-no-key.json", "json"],
  ["post-only.json", "json"],
  ["spend-logs-no-database.json", "json"],
] as const)("LiteLLM's recorded answer %s is refused as %s", (file, reason) => {
  for (const format of FORMATS) {
    expect(parse(fixture(`not-metrics/${file}`), { format })).toMatchObject({ kind: "refused", reason });
  }
});
