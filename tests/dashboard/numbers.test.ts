import { expect, test } from "bun:test";
import fc from "fast-check";
import * as page from "../../lib/dashboard/page/numbers.ts";
import { countText } from "../../lib/report/count-text.ts";
import { moneyDecimals, moneyText } from "../../lib/report/money-text.ts";
import { percentText } from "../../lib/report/percent-text.ts";
import { propertyRuns } from "../support/property.ts";

test("money, counts and shares are written as in the report", () => {
  const amount = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 5 }), (amounts) => {
      const decimals = moneyDecimals(amounts);
      expect(page.moneyDecimals(amounts)).toBe(decimals);
      for (const value of amounts) {
        expect(page.moneyText(value)).toBe(moneyText(value));
        expect(page.moneyText(value, decimals)).toBe(moneyText(value, decimals));
        expect(page.countText(Math.round(value))).toBe(countText(Math.round(value)));
        expect(page.percentText(Math.abs(value))).toBe(percentText(Math.abs(value)));
      }
    }),
    propertyRuns(300),
  );
});

test.each([
  [0, "0"],
  [950, "950"],
  [1500, "1.5K"],
  [11_290_000, "11.29M"],
  [2e13, "20T"],
  [-1500, "-1.5K"],
])("an axis says %d as %s", (value, text) => expect(page.compactText(value)).toBe(text));

test("what is not known is no zero", () => {
  expect([page.moneyText(null), page.countText(null), page.percentText(null)]).toEqual(["–", "–", "–"]);
});

test.each([
  [null, "–"],
  [0, "0 %"],
  [0.004, "<0.01 %"],
  [0.42, "0.42 %"],
  [3.14, "3.1 %"],
  [41.4, "41 %"],
  [99.9, ">99 %"],
])("an error rate of %d percent is %s", (value, text) => expect(page.rateText(value)).toBe(text));

test.each([
  [null, "–"],
  [0, "0 ms"],
  [820, "820 ms"],
  [999.6, "1.00 s"],
  [1240, "1.24 s"],
  [12_345, "12.3 s"],
  [210_000, "3.5 min"],
])("a latency of %d ms is %s", (value, text) => expect(page.durationText(value)).toBe(text));
