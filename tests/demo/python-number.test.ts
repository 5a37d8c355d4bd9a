import { expect, test } from "bun:test";
import { prometheusNumber } from "../../lib/demo/python-number.ts";

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [3, "3.0"],
  [-1.5, "-1.5"],
  [0.0001, "0.0001"],
  [0.000015, "1.5e-05"],
  [1e-7, "1e-07"],
  [1.25e-12, "1.25e-12"],
  [0.055933750000000004, "0.055933750000000004"],
  [999_999, "999999.0"],
  [123_456.5, "123456.5"],
  [1_000_000, "1e+06"],
  [7_999_945, "7.999945e+06"],
  [1795294363.47, "1.79529436347e+09"],
  [1795293297.7503097, "1.7952932977503097e+09"],
  [1_234_567_890_123_456, "1.234567890123456e+015"],
  [1e16, "1e+16"],
  [2 ** 63, "9.223372036854776e+18"],
  [1e22, "1e+22"],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"],
  [Number.NaN, "NaN"],
])("%d is printed as prometheus_client prints it: %s", (value, text) => {
  expect(prometheusNumber(value)).toBe(text);
});
