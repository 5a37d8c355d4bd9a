import { expect, test } from "bun:test";
import { shortCount, shortMoney } from "../../../lib/query/widgets/short-text.ts";

test.each([
  [0, "0"],
  [84, "84"],
  [999, "999"],
  [1000, "1.0K"],
  [9000, "9.0K"],
  [99_949, "99.9K"],
  [99_999, "100K"],
  [812_345, "812K"],
  [999_499, "999K"],
  [999.96, "1.0K"],
  [999_500, "1.0M"],
  [1_204_331, "1.2M"],
  [812_345_678, "812M"],
  [2e9, "2.0B"],
  [3e15, "3000T"],
])("shortCount(%d) is %s", (value, text) => {
  expect(shortCount(value)).toBe(text);
});

test.each([
  [0, "$0.00"],
  [0.0231, "$0.02"],
  [0.01, "$0.01"],
  [0.00999, "$0.01"],
  [0.0004, "$0.0004"],
  [0.00042, "$0.00042"],
  [1e-9, "$0.000000001"],
  [1e-12, "$0.00"],
  [12.9, "$12.90"],
  [1234567.891, "$1,234,567.89"],
  [-5, "-$5.00"],
])("shortMoney(%d) is %s", (value, text) => {
  expect(shortMoney(value)).toBe(text);
});
