import { describe, expect, test } from "bun:test";
import { LabelSet } from "../../lib/parser/label-set.ts";

describe("LabelSet.of()", () => {
  test("gives equal sets equal keys, whatever their order", () => {
    const one = LabelSet.of([
      ["model", "gpt-4o"],
      ["api_key_alias", "alice"],
    ]);
    const other = LabelSet.of([
      ["api_key_alias", "alice"],
      ["model", "gpt-4o"],
    ]);
    expect(one?.key).toBe('[["api_key_alias","alice"],["model","gpt-4o"]]');
    expect(other).toEqual(one);
  });

  test.each([
    [
      "a value that looks like two labels",
      [["a", 'b","c","d']],
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["an empty label and an absent one", [["a", ""]], []],
    ["names and values changed over", [["a", "b"]], [["b", "a"]]],
  ] as [string, [string, string][], [string, string][]][])("keeps apart %s", (_, one, other) => {
    expect(LabelSet.of(one)?.key).not.toBe(LabelSet.of(other)?.key);
  });

  test("refuses a name that stands twice, even with the same value", () => {
    expect(
      LabelSet.of([
        ["a", "1"],
        ["b", "2"],
        ["a", "1"],
      ]),
    ).toBeUndefined();
  });

  test("finds a label by its name and nothing by any other", () => {
    const labels = LabelSet.of([["__proto__", "data"]]);
    expect(labels?.get("__proto__")).toBe("data");
    expect(labels?.get("constructor")).toBeUndefined();
  });
});
