import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonText } from "../../lib/query/json-text.ts";
import { listParts } from "../../lib/query/spend/reply.ts";
import { propertyRuns } from "../support/property.ts";

test("JSON says the same as JSON.stringify, on one line, and holds nothing that steers a terminal", () => {
  const anyText = fc.string({
    unit: fc.oneof(fc.constantFrom("\u009b", "\u007f", "\u0085", "\u2028", "\u202e"), fc.string()),
  });
  fc.assert(
    fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.double({ noNaN: true }))), (value) => {
      const text = jsonText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*\n$/u);
    }),
    propertyRuns(200),
  );
});

test("what is harmless stands as it is", () => {
  expect(jsonText({ model: "modèle 🦙\n" })).toBe('{"model":"modèle 🦙\\n"}\n');
  expect(jsonText("\u009b31m")).toBe('"\\u009b31m"\n');
});

test("rows that a database wrote as JSON are made harmless in a list, too", () => {
  const rows = ['{"model":"\u009b31m"}', '{"model":"\u202egpt"}'];
  expect([...listParts(rows)].join("")).toBe('[{"model":"\\u009b31m"},{"model":"\\u202egpt"}]');
});
