import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseNumber, parseNumberAt } from "../../../lib/parser/grammar/number.ts";

const NUMBERS: [token: string, value: number][] = [
  ["0", 0],
  ["-0", -0],
  ["3.0", 3],
  ["007", 7],
  ["1.", 1],
  [".5", 0.5],
  ["+1.5", 1.5],
  ["-2.25", -2.25],
  ["1e3", 1000],
  ["1.E3", 1000],
  ["1.7952932977567294e+09", 1795293297.7567294],
  ["0.0007999999999999999", 0.0007999999999999999],
  ["123456789012345678901234567890", 1.2345678901234568e29],
  ["1e-999", 0],
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Inf", Infinity],
  ["+inf", Infinity],
  ["-INF", -Infinity],
  ["Infinity", Infinity],
  ["-infinity", -Infinity],
];

const NO_NUMBERS = [
  ["nothing", ""],
  ["a blank", " "],
  ["a word", "true"],
  ["a number with letters behind it", "12abc"],
  ["a hexadecimal integer", "0x10"],
  ["a hexadecimal float", "0x1p4"],
  ["a binary integer", "0b1"],
  ["digits grouped by underscores", "1_000"],
  ["digits grouped by commas", "1,000"],
  ["full-width digits", "１２"],
  ["Arabic digits", "١٢"],
  ["an exponent without digits", "1e"],
  ["an exponent without digits but a sign", "1e+"],
  ["an exponent alone", "e5"],
  ["a dot alone", "."],
  ["a sign alone", "-"],
  ["two signs", "+-1"],
  ["two dots", "1.2.3"],
  ["two dots of which one stands first", ".1.2"],
  ["a signed NaN", "-NaN"],
  ["part of Infinity", "Infini"],
  ["a BigInt", "1n"],
  ["a trailing line feed", "1\n"],
  ["a trailing no-break space", "1\u00a0"],
  ["a decimal beyond the range of a double", "1e309"],
] as const;

describe("parseNumber() and parseNumberAt()", () => {
  test.each(NUMBERS)("read %p", (token, value) => {
    expect(parseNumber(token)).toBe(value);
    expect(readAt(token)).toBe(value);
  });

  test.each(NO_NUMBERS)("refuse %s", (_, token) => {
    expect(parseNumber(token)).toBeUndefined();
    expect(readAt(token)).toBeUndefined();
  });

  test("agree on every token", () => {
    const token = fc.oneof(
      fc.stringMatching(/^[0-9]{0,20}\.?[0-9]{0,20}$/),
      fc.stringMatching(/^[-+.0-9eEinfaNI]{0,8}$/),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(token, (text) => expect(readAt(text)).toBe(parseNumber(text))),
      { seed: 1, numRuns: 2000 },
    );
  });

  test("are not slowed down by a million digits", () => {
    const digits = "1".repeat(1_000_000);
    expect(parseNumber(`${digits}x`)).toBeUndefined();
    expect(readAt(`0.${digits}`)).toBeCloseTo(1 / 9);
  });
});

/** Reads a token in the middle of other bytes, which is the same as where it stands alone. */
function readAt(token: string): number | undefined {
  const alone = Buffer.from(token);
  const bytes = Buffer.from(`9${token}9`);
  const value = parseNumberAt(bytes, 1, bytes.length - 1);
  expect(parseNumberAt(alone, 0, alone.length)).toBe(value);
  return value;
}
