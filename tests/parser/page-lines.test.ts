import { describe, expect, test } from "bun:test";
import { parsePage } from "./parse.ts";

describe("the page", () => {
  test("keeps wanted samples in page order, with their line numbers", () => {
    const page = parsePage("# a comment\n\nb 1\na 2\n\nc 3\nb 4\n", { wants: (name) => name !== "c" });
    expect(page.samples.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["b", 1, 3],
      ["a", 2, 4],
      ["b", 4, 7],
    ]);
  });

  test("sums every name over its label sets, wanted or not, a label set that stands twice included", () => {
    const body = 'a{x="1"} 1\na{x="1"} 1\na{x="2"} 0.5\nb 1\nb Inf\nc 1\nc NaN\nd -0.5\nd 3\n';
    for (const wants of [() => true, () => false]) {
      const { sums, sampleCount } = parsePage(body, { wants });
      expect(sums).toEqual(
        new Map([
          ["a", 2.5],
          ["b", Infinity],
          ["c", Number.NaN],
          ["d", 2.5],
        ]),
      );
      expect(sampleCount).toBe(9);
    }
  });

  test("has no sum for a name that stands on bad lines only", () => {
    const { sums, sampleCount } = parsePage("good 1\nbad x\nbad{a=1} 2\n");
    expect([...sums.keys()]).toEqual(["good"]);
    expect(sampleCount).toBe(1);
  });

  test("asks once for each name", () => {
    const asked: string[] = [];
    const wants = (name: string) => asked.push(name) > 0;
    parsePage('a 1\nb 1\na 2\n{"a"} 3\nb{x="1"} 1\n', { wants });
    expect(asked).toEqual(["a", "b"]);
  });

  test("keeps names apart of which one begins the other, however long they are", () => {
    const long = "a".repeat(300);
    const names = ["a", "ab", "a:b", long, `${long}b`, long.slice(0, 199), long.slice(0, 200), long.slice(0, 201)];
    const lines = [...names, ...names.toReversed()].map((name, index) => `${name}{x="${index}"} 1\n${name} 2\n`);
    const { sums, sampleCount } = parsePage(lines.join(""));
    expect(sums).toEqual(new Map(names.map((name) => [name, 6])));
    expect(sampleCount).toBe(4 * names.length);
  });

  test("gives equal label sets the same key, whatever the order and spacing of their labels", () => {
    const { samples } = parsePage('a{x="1",y="2"} 1\nb{ y="2", x="1", } 1\nc{x="1",y="2"} 1\n');
    expect(new Set(samples.map(({ labels }) => labels.key))).toEqual(new Set(['[["x","1"],["y","2"]]']));
  });

  test("counts its bytes, not its characters", () => {
    expect(parsePage('m{a="€"} 1\n').bytes).toBe(13);
  });
});

describe("comments", () => {
  test("name the families, even those without a sample", () => {
    const { families } = parsePage(
      '# TYPE a counter\n# HELP b What b is\n# TYPE b histogram\n \t#\tTYPE \tc\t gauge \n# TYPE "d.e" summary\n#TYPE f untyped\n',
    );
    expect([...families]).toEqual([
      ["a", "counter"],
      ["b", "histogram"],
      ["c", "gauge"],
      ["d.e", "summary"],
      ["f", "untyped"],
    ]);
  });

  test.each([
    "#",
    "# ",
    "# TYPE",
    "# TYPE a",
    "# TYPE 5a counter",
    "# TYPE a-b counter",
    "# TYPES a counter",
    "# type a counter",
    "# HELP",
    "# HELP me",
    "## TYPE a counter",
    "# a{} 5",
    "# EOF",
    "#EOF",
  ])("are passed over where they name no type: %p", (comment) => {
    const { families, skipped, samples } = parsePage(`${comment}\nm 5\n`);
    expect(families.size).toBe(0);
    expect(skipped.count).toBe(0);
    expect(samples).toHaveLength(1);
  });

  test("take the names that every object has", () => {
    const { families } = parsePage("# TYPE __proto__ counter\n# TYPE constructor gauge\n");
    expect([...families]).toEqual([
      ["__proto__", "counter"],
      ["constructor", "gauge"],
    ]);
  });
});

describe("line ends", () => {
  test("may be CR and LF", () => {
    const { sums, families, skipped } = parsePage('# TYPE a counter\r\na{x="1"} 1\r\n\r\na 2\r\n');
    expect([[...sums], [...families], skipped.count]).toEqual([[["a", 3]], [["a", "counter"]], 0]);
  });

  test("are not CR alone", () => {
    const { sums, skipped } = parsePage("a 1\rb 2\nc 3\n");
    expect([...sums]).toEqual([["c", 3]]);
    expect(skipped.count).toBe(1);
  });
});

describe("skipped lines", () => {
  test("are all counted, and the first five shown", () => {
    const { skipped } = parsePage(`${"bad\n".repeat(7)}m 1\nworse\n`);
    expect(skipped.count).toBe(8);
    expect(skipped.first.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    ["80 characters at most", "x".repeat(500), "x".repeat(80)],
    ["no half character", `${"x".repeat(79)}🚀`, `${"x".repeat(79)}\uFFFD`],
    ["no control characters", "a\u001b[31mb\u0000c\u0085d", "a\uFFFD[31mb\uFFFDc\uFFFDd"],
    ["no line breaks of any script", "a\u2028b\u2029c\u000bd\re", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe"],
    ["no characters that turn the direction of writing", "a\u202eb", "a\uFFFDb"],
    ["letters of any script", "账单 café", "账单 café"],
  ])("are shown with %s", (_, line, excerpt) => {
    expect(parsePage(`m 1\n${line}\n`).skipped.first).toMatchObject([{ line: 2, excerpt }]);
  });
});
