import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ageText } from "../../lib/report/age-text.ts";
import { counted, countText } from "../../lib/report/count-text.ts";
import { moneyDecimals, moneyText } from "../../lib/report/money-text.ts";
import { percentText } from "../../lib/report/percent-text.ts";

describe("a count", () => {
  test.each([
    [null, "-"],
    [Number.NaN, "-"],
    [0, "0"],
    [7, "7"],
    [999, "999"],
    [1_000, "1,000"],
    [1_033_811, "1,033,811"],
    [Number.MAX_SAFE_INTEGER, "9,007,199,254,740,991"],
    [1e21, "1,000,000,000,000,000,000,000"],
    [2.6, "3"],
  ])("%p is %s", (value, text) => {
    expect(countText(value)).toBe(text);
  });

  test("reads as a formatter of the platform writes it", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => countText(value) === value.toLocaleString("en-US")),
      { seed: 6 },
    );
  });
});

describe("an amount of money", () => {
  test.each([
    [null, "-"],
    [Number.POSITIVE_INFINITY, "-"],
    [0, "$0.00"],
    [0.5, "$0.50"],
    [0.02, "$0.02"],
    [0.0231, "$0.0231"],
    [0.023149, "$0.0231"],
    [0.019_95, "$0.0199"],
    [0.09996, "$0.10"],
    [0.9996, "$1.00"],
    [0.999, "$0.999"],
    [0.000_123_456, "$0.000123"],
    [1.5e-7, "$0.00000015"],
    [1.234e-8, "$0.000000012"],
    [1e-9, "$0.000000001"],
    [1, "$1.00"],
    [1.2345, "$1.23"],
    [41.71, "$41.71"],
    [1_234.56, "$1,234.56"],
    [1_234_567.891, "$1,234,567.89"],
    [1e21, "$1,000,000,000,000,000,000,000.00"],
    [-0.0231, "-$0.0231"],
    [-1_234.5, "-$1,234.50"],
    [-1e-12, "$0.000000000"],
  ])("%p is %s", (value, text) => {
    expect(moneyText(value)).toBe(text);
  });

  test("has no decimals that a double does not hold, and is never shown as nothing", () => {
    const column = [1_000_000_123.706, 1e-9, 0, 0.25, null];
    const decimals = moneyDecimals(column);
    expect(column.map((value) => moneyText(value, decimals))).toEqual([
      "$1,000,000,123.706000",
      "<$0.000001",
      "$0.000000",
      "$0.250000",
      "-",
    ]);
  });

  test("has as many decimals as the amount of its column that needs most", () => {
    const column = [12.3, 0.0187, 0.00231, null, 0];
    const decimals = moneyDecimals(column);
    expect(column.map((value) => moneyText(value, decimals))).toEqual([
      "$12.30000",
      "$0.01870",
      "$0.00231",
      "-",
      "$0.00000",
    ]);
  });

  test("below one dollar shows three significant digits at least, and no decimal without need", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 999_999_999 }), (nanos) => {
        const text = moneyText(nanos / 1e9);
        expect(Math.abs(Number(text.slice(1)) - nanos / 1e9)).toBeLessThanOrEqual((nanos / 1e9) * 0.00501);
        expect(text).toMatch(/^\$[01]\.(\d\d|\d{2,8}[1-9])$/);
      }),
      { seed: 7 },
    );
  });
});

describe("a percentage", () => {
  test.each([
    [null, "-"],
    [0, "0 %"],
    [0.01, "<1 %"],
    [0.5, "1 %"],
    [41.36, "41 %"],
    [99.4, "99 %"],
    [99.99, ">99 %"],
    [100, "100 %"],
  ])("%p is %s", (value, text) => {
    expect(percentText(value)).toBe(text);
  });
});

describe("an age", () => {
  test.each([
    [-5_000, "0 s ago"],
    [0, "0 s ago"],
    [12_900, "12 s ago"],
    [119_999, "119 s ago"],
    [120_000, "2 min ago"],
    [7_199_999, "119 min ago"],
    [7_200_000, "2 h ago"],
    [172_799_999, "47 h ago"],
    [172_800_000, "2 d ago"],
    [40 * 86_400_000, "40 d ago"],
  ])("of %p ms is %s", (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});

test.each([
  [0, "0 rows"],
  [1, "1 row"],
  [2, "2 rows"],
  [1204, "1,204 rows"],
])("%d is %p", (amount, words) => expect(counted(amount, "row")).toBe(words));
