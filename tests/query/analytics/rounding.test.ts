import { expect, test } from "bun:test";
import { changePercent, percent, rounded } from "../../../lib/query/analytics/rounding.ts";

test.each([
  [1282.5, 0, 1282],
  [1283.5, 0, 1284],
  [0.25, 1, 0.2],
  [0.35, 1, 0.3],
  [2.675, 2, 2.67],
  [-0.4, 0, 0],
  [Number.NaN, 0, 0],
  [Number.POSITIVE_INFINITY, 1, 0],
])("%p with %p decimals is %p, as in Python", (value, decimals, expected) => {
  expect(rounded(value, decimals)).toBe(expected);
});

test("nothing has no part and no change", () => {
  expect([percent(1, 0), percent(1, 3), percent(1, 3, 2)]).toEqual([0, 33.3, 33.33]);
  expect([changePercent(3, 0), changePercent(3, 2)]).toEqual([null, 50]);
});
