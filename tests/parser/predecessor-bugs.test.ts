import { expect, test } from "bun:test";
import { parsePage } from "./parse.ts";

/** Bugs 12 to 15 of the Python predecessor's parser: the line, and the label and value that it must give. */
const CASES: [sentence: string, line: string, label: string | undefined, value: number][] = [
  ["bug 12: a brace inside a label value is data", 'm{model="a}b"} 5', "a}b", 5],
  ["bug 12: a brace and a number inside a label value are data", 'm{model="x} 7 y"} 5', "x} 7 y", 5],
  ["bug 13: U+2028 does not end a line", 'm{model="a\u2028b"} 5', "a\u2028b", 5],
  ["bug 13: U+0085 does not end a line", 'm{model="a\u0085b"} 5', "a\u0085b", 5],
  ["bug 13: a vertical tab does not end a line", 'm{model="a\vb"} 5', "a\vb", 5],
  ["bug 13: a form feed does not end a line", 'm{model="a\fb"} 5', "a\fb", 5],
  ["bug 14: a dot may stand before an exponent", "m 1.e3", undefined, 1000],
  ["bug 14: NaN is a value", "m NaN", undefined, Number.NaN],
  ["bug 14: infinity is a value", "m +Inf", undefined, Infinity],
  ["bug 14: no blank need stand behind the brace", 'm{model="a"}5', "a", 5],
  ["bug 14: the name may be quoted", '{"m",model="a"} 5', "a", 5],
  ["bug 14: a timestamp is not the value", 'm{model="a"} 5 1795293284560', "a", 5],
  ["bug 15: an escaped backslash before n is not a newline", 'm{model="a\\\\nb"} 5', "a\\nb", 5],
];

test.each(CASES)("predecessor %s", (_, line, label, value) => {
  const { samples, skipped } = parsePage(`${line}\n`);
  expect(skipped.count).toBe(0);
  expect(samples.map((sample) => [sample.name, sample.labels.get("model"), sample.value])).toEqual([
    ["m", label, value],
  ]);
});

test.each(["12abc", "0x1p4"])("predecessor bug 14: %p is no number and not the number it begins with", (token) => {
  const { samples, skipped } = parsePage(`m ${token}\nn 1\n`);
  expect(samples.map(({ name }) => name)).toEqual(["n"]);
  expect(skipped.first).toMatchObject([{ line: 1, reason: "bad_value" }]);
});
