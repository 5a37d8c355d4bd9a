import { describe, expect, test } from "bun:test";
import type { ProblemReason } from "../../../lib/parser/page.ts";
import { parseChunks, parsePage } from "../parse.ts";

type Pairs = [name: string, value: string][];

const GOOD: [sentence: string, line: string, name: string, pairs: Pairs, value: number][] = [
  ["a name and a value", "m 5", "m", [], 5],
  ["an empty label set", "m{} 5", "m", [], 5],
  ["an empty label set with a blank in it", "m{ } 5", "m", [], 5],
  [
    "labels, which come out sorted",
    'm{b="2",a="1"} 5',
    "m",
    [
      ["a", "1"],
      ["b", "2"],
    ],
    5,
  ],
  ["an empty label value", 'm{a=""} 5', "m", [["a", ""]], 5],
  ["a comma behind the last label", 'm{a="1",} 5', "m", [["a", "1"]], 5],
  ["every character that a name may have", "_aZ:9 5", "_aZ:9", [], 5],
  ["a name that begins with a colon", ":m 5", ":m", [], 5],
  ["a label that begins with an underscore", 'm{_a9="1"} 5', "m", [["_a9", "1"]], 5],
  ["blanks before the name", " \tm 5", "m", [], 5],
  ["blanks before the braces", 'm \t{a="1"} 5', "m", [["a", "1"]], 5],
  [
    "blanks between all tokens",
    'm { a\t= "1" ,\tb = "2" , } \t 5',
    "m",
    [
      ["a", "1"],
      ["b", "2"],
    ],
    5,
  ],
  ["a tab before the value", "m\t5", "m", [], 5],
  ["blanks behind the value", "m 5 \t", "m", [], 5],
  ["no blank between brace and value", 'm{a="1"}5', "m", [["a", "1"]], 5],
  ["a timestamp", 'm{a="1"} 5 1795293284560', "m", [["a", "1"]], 5],
  ["a negative timestamp", "m 5 -1", "m", [], 5],
  ["blanks behind a timestamp", "m 5 \t 1795293284560 ", "m", [], 5],
  ["escaped quote, backslash and line feed", 'm{a="q\\"b\\\\n\\n"} 5', "m", [["a", 'q"b\\n\n']], 5],
  ["an escape that nobody knows, left as it is", 'm{a="\\d\\t\\u0041"} 5', "m", [["a", "\\d\\t\\u0041"]], 5],
  ["a value of one backslash", 'm{a="\\\\"} 5', "m", [["a", "\\"]], 5],
  [
    "a value of one quote",
    'm{a="\\"",b="2"} 5',
    "m",
    [
      ["a", '"'],
      ["b", "2"],
    ],
    5,
  ],
  [
    "braces, hashes, commas and equal signs as data",
    'm{a="{x=1},#}",b="} 7"} 5',
    "m",
    [
      ["a", "{x=1},#}"],
      ["b", "} 7"],
    ],
    5,
  ],
  [
    "what looks like the end of the line as data",
    'm{a="\\"} 7",b="x"} 5',
    "m",
    [
      ["a", '"} 7'],
      ["b", "x"],
    ],
    5,
  ],
  ["letters of any script as data", 'm{a="café 账单 🚀"} 5', "m", [["a", "café 账单 🚀"]], 5],
  ["control characters as data", 'm{a="\u0000\u001b\u007f"} 5', "m", [["a", "\u0000\u001b\u007f"]], 5],
  ["a quoted name", '{"a.b"} 5', "a.b", [], 5],
  ["a quoted name and labels", '{"a.b",x="y"} 5', "a.b", [["x", "y"]], 5],
  ["a quoted name with blanks around it", '{ "a.b" , x = "y" } 5', "a.b", [["x", "y"]], 5],
  ["a quoted name behind the labels", '{x="y","a.b"} 5', "a.b", [["x", "y"]], 5],
  ["a quoted name with escapes", '{"a\\"\\\\\\n€"} 5', 'a"\\\n€', [], 5],
  ["a quoted name that need not be", '{"m",x="y"} 5', "m", [["x", "y"]], 5],
  ["a quoted label name", 'm{"label.name"="v"} 5', "m", [["label.name", "v"]], 5],
  [
    "names that every object has",
    '__proto__{constructor="__proto__"} 5',
    "__proto__",
    [["constructor", "__proto__"]],
    5,
  ],
  ["NaN", "m NaN", "m", [], Number.NaN],
  ["infinity", 'm{a="1"} -Inf', "m", [["a", "1"]], -Infinity],
  ["an exponent", 'm{a="1"} 1.79529328456e+09', "m", [["a", "1"]], 1795293284.56],
];

const BAD: [sentence: string, line: string, reason: ProblemReason][] = [
  ["a name alone", "m", "bad_value"],
  ["labels without a value", 'm{a="1"}', "bad_value"],
  ["a name that begins with a digit", "5m 5", "bad_name"],
  ["a name with a dash", "m-n 5", "bad_name"],
  ["a name with a letter that is not ASCII", "mé 5", "bad_name"],
  ["a number run into its name", "m+5", "bad_name"],
  ["labels without a name", '{a="1"} 5', "bad_name"],
  ["no name at all", "{} 5", "bad_name"],
  ["two names", 'm{"n"} 5', "bad_labels"],
  ["two quoted names", '{"m","n"} 5', "bad_labels"],
  ["an empty quoted name", '{""} 5', "bad_labels"],
  ["an unfinished quoted name", '{"m} 5', "bad_labels"],
  ["a label name with a colon", 'm{a:b="1"} 5', "bad_labels"],
  ["a label name with a dot", 'm{a.b="1"} 5', "bad_labels"],
  ["a label name that begins with a digit", 'm{1a="1"} 5', "bad_labels"],
  ["an empty label name", 'm{="1"} 5', "bad_labels"],
  ["an empty quoted label name", 'm{""="1"} 5', "bad_labels"],
  ["a label without a value", "m{a} 5", "bad_labels"],
  ["a label value without quotes", "m{a=1} 5", "bad_labels"],
  ["a label value in single quotes", "m{a='1'} 5", "bad_labels"],
  ["a label value that never ends", 'm{a="1} 5', "bad_labels"],
  ["a label value that an escape keeps open", 'm{a="1\\"} 5', "bad_labels"],
  ["braces that never close", 'm{a="1" 5', "bad_labels"],
  ["two labels without a comma", 'm{a="1" b="2"} 5', "bad_labels"],
  ["two commas", 'm{a="1",,b="2"} 5', "bad_labels"],
  ["a comma alone", "m{,} 5", "bad_labels"],
  ["a label twice", 'm{a="1",a="2"} 5', "bad_labels"],
  ["a label twice, once in quotes", 'm{a="1","a"="1"} 5', "bad_labels"],
  ["a second label set", 'm{a="1"}{b="2"} 5', "bad_value"],
  ["a word for a value", 'm{a="1"} five', "bad_value"],
  ["a hexadecimal value", 'm{a="1"} 0x10', "bad_value"],
  ["a value with a unit", 'm{a="1"} 5ms', "bad_value"],
  ["a value with a no-break space", "m 5\u00a0", "bad_value"],
  ["a value with a vertical tab", "m 5\u000b", "bad_value"],
  ["a timestamp with a fraction", 'm{a="1"} 5 1795293284.56', "bad_timestamp"],
  ["a word for a timestamp", "m 5 now", "bad_timestamp"],
  ["words behind the timestamp", "m 5 1795293284560 6", "trailing_text"],
  ["an exemplar, which the text format does not have", 'm{a="1"} 5 # {id="2"} 6', "bad_exemplar"],
];

const BEFORE = "# TYPE m untyped\nbefore 1\n";
const AFTER = '\nafter{a="1"} 2\n';

describe("a good line may have", () => {
  test.each(GOOD)("%s", (_, line, name, pairs, value) => {
    const { samples, skipped } = parsePage(BEFORE + line + AFTER);
    const [, sample] = samples;
    expect(skipped).toEqual({ count: 0, first: [] });
    expect(sample).toMatchObject({ name, value, line: 3 });
    expect(sample?.labels.pairs).toEqual(pairs);
  });

  test.each(GOOD)("%s, where nobody wants it", (_, line, name, _pairs, value) => {
    const { samples, sums, skipped } = parsePage(BEFORE + line + AFTER, { wants: () => false });
    expect(samples).toEqual([]);
    expect(skipped.count).toBe(0);
    expect([...sums]).toEqual([
      ["before", 1],
      [name, value],
      ["after", 2],
    ]);
  });
});

describe("a bad line is left out and reported", () => {
  test.each(BAD)("%s", (_, line, reason) => {
    const { samples, skipped } = parsePage(BEFORE + line + AFTER);
    expect(samples.map(({ name }) => name)).toEqual(["before", "after"]);
    expect(skipped).toMatchObject({ count: 1, first: [{ line: 3, reason }] });
  });

  test.each(BAD.filter(([, , reason]) => reason !== "bad_labels"))("%s, where nobody wants it", (_, line, reason) => {
    const { sums, skipped } = parsePage(BEFORE + line + AFTER, { wants: () => false });
    expect([...sums.keys()]).toEqual(["before", "after"]);
    expect(skipped).toMatchObject({ count: 1, first: [{ line: 3, reason }] });
  });

  test.each(['m{a="} 5', 'm{a="1\\"} 5', 'm{a="1\\",} 5', 'm{a="1" 5', "m{a=1} 5", "m{ 5"])(
    "%p, whose labels do not end, where nobody wants it",
    (line) => {
      const { sums, skipped } = parsePage(BEFORE + line + AFTER, { wants: () => false });
      expect([...sums.keys()]).toEqual(["before", "after"]);
      expect(skipped.first).toMatchObject([{ line: 3, reason: "bad_labels" }]);
    },
  );

  test("a label value that is not UTF-8", () => {
    const bytes = Buffer.from('before 1\nm{a="\xff"} 5\nafter 2\n', "latin1");
    const { samples, skipped } = parsePage(bytes);
    expect(samples.map(({ name }) => name)).toEqual(["before", "after"]);
    expect(skipped.first).toEqual([{ line: 2, reason: "bad_utf8", excerpt: 'm{a="\uFFFD"} 5' }]);
  });

  test.each([
    ["a long label value", `m{a="${"x".repeat(1_048_576)}"} 5`],
    ["many blanks", `${" ".repeat(1_048_577)}m 5`],
  ])("a line of more than a mebibyte, with %s, whether it comes in one chunk or in many", (_, line) => {
    const bytes = Buffer.from(BEFORE + line + AFTER);
    const chunks = Array.from({ length: 20 }, (_, index) => bytes.subarray(index * 60_000, (index + 1) * 60_000));
    const outcome = parseChunks([bytes]);
    expect(outcome).toMatchObject({ page: { sampleCount: 2, skipped: { first: [{ line: 3, reason: "too_long" }] } } });
    expect(parseChunks(chunks)).toEqual(outcome);
  });
});
