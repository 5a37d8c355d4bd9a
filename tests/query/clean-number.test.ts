import { expect, test } from "bun:test";
import fc from "fast-check";
import { cleanNumber, cleanSum } from "../../lib/query/clean-number.ts";

test.each([
  [0.1 + 0.2, 0.3],
  [1e-9, 1e-9],
  [1.5e-9, 1.5e-9],
  [4e-11, 0],
  [-4e-11, 0],
  [-0, 0],
  [0, 0],
  [123_456.1 + 0.2, 123_456.3],
  [99_999.999_999_999_99, 100_000],
  [9_007_199_254_740_991, 9_007_199_254_740_991],
  [1e300, 1e300],
])("cleanNumber(%p) is %p", (value, clean) => expect(cleanNumber(value)).toBe(clean));

test.each([
  [0.1 + 0.2, 0.3],
  [2.5e-12, 2.5e-12],
  [-0, 0],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [9_007_199_254_740_991, 9_007_199_254_740_991],
])("cleanSum(%p) is %p", (value, clean) => expect(cleanSum(value)).toBe(clean));

test("money of up to nine decimals comes out as it went in, however it was added up", () => {
  const nano = fc.integer({ min: 0, max: 1e13 });
  fc.assert(
    fc.property(fc.array(nano, { maxLength: 50 }), (parts) => {
      const sum = parts.reduce((all, part) => all + part / 1e9, 0);
      const truth = Number(`${parts.reduce((all, part) => all + BigInt(part), 0n)}e-9`);
      expect(Math.abs(cleanNumber(sum) - truth)).toBeLessThanOrEqual(truth * 1e-14);
      expect(cleanNumber(cleanNumber(sum))).toBe(cleanNumber(sum));
    }),
  );
});
