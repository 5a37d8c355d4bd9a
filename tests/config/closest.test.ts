import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { closest, editDistance } from "../../lib/config/closest.ts";

describe("editDistance()", () => {
  test.each([
    ["", "", 0],
    ["PORT", "PORT", 0],
    ["", "PORT", 4],
    ["PORT", "PROT", 1],
    ["modle", "model", 1],
    ["ab", "ba", 1],
    ["KITTEN", "SITTING", 3],
  ])("from %p to %p is %d", (from, to, distance) => expect(editDistance(from, to)).toBe(distance));

  test("is the same both ways and never more than the longer text", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("closest()", () => {
  test("gives the first of the nearest", () => expect(closest("POTS", ["HOST", "PORTS", "POSTS"])).toBe("PORTS"));
  test("gives nothing where a third of the letters would have to change", () =>
    expect(closest("PORT", ["HOLD"])).toBeUndefined());
  test("compares a text of any length as fast", () =>
    expect(
      closest(
        "x".repeat(100_000_000),
        Array.from({ length: 400 }, (_, i) => `zone ${i}`),
      ),
    ).toBeUndefined());
  test("gives nothing without candidates", () => expect(closest("PORT", [])).toBeUndefined());
});
