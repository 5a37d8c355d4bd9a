import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseLabelText } from "../../../lib/parser/grammar/label-text.ts";
import { PlainLabels } from "../../../lib/parser/grammar/plain-labels.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";

const pairsOf = (text: string) => new PlainLabels().read(text)?.pairs;

describe("label text that is read the quick way", () => {
  test.each<[string, [string, string][]]>([
    ["", []],
    ['a="1"', [["a", "1"]]],
    ['a="1",', [["a", "1"]]],
    [
      'b="x, y=z",a_1=""',
      [
        ["a_1", ""],
        ["b", "x, y=z"],
      ],
    ],
  ])("gives its pairs by name: %s", (text, pairs) => {
    expect(pairsOf(text)).toEqual(pairs);
  });

  test.each([
    ["a value with an escape", String.raw`a="\\"`],
    ["blanks between two tokens", 'a="1", b="2"'],
    ["a blank at the end", 'a="1" '],
    ["a value without end", 'a="1'],
    ["a quoted name", '"a"="1"'],
    ["a name that begins with a digit", '1a="1"'],
    ["a name with a colon", 'a:b="1"'],
    ["a comma before the first name", ',a="1"'],
    ["no comma between two labels", 'a="1"b="2"'],
    ["a comma alone", ","],
    ["a label that stands twice", 'a="1",a="2"'],
    ["text behind the last value", 'a="1"b'],
  ])("is not %s, which is left to the whole grammar", (_, text) => {
    expect(pairsOf(text)).toBeUndefined();
  });

  test(
    "says what the whole grammar says, whatever stands there",
    () => {
      const token = fc.constantFrom("a", "b_2", "9", ":", "=", '"', ",", " ", "\\", 'a="x"', ',c="é"', '="', '",');
      fc.assert(
        fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
          const text = tokens.join("");
          const plain = new PlainLabels().read(text);
          if (plain) expect(plain.key).toBe(parseLabelText(text)?.labels.key as string);
        }),
        propertyRuns(500),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
