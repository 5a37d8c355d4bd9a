import { expect, test } from "bun:test";
import { roundHalfEven } from "../../lib/query/round-half-even.ts";

// Each expected value is what Python 3's round() gives.
test.each([
  [1282.5, 0, 1282],
  [1283.5, 0, 1284],
  [-1283.5, 0, -1284],
  [0.5, 0, 0],
  [0.25, 1, 0.2],
  [0.35, 1, 0.3],
  [2.675, 2, 2.67],
  [0.125, 2, 0.12],
  [0.375, 2, 0.38],
  [-0.125, 2, -0.12],
  [0.00005, 4, 0.0001],
  [0.03125, 4, 0.0312],
  [0.09375, 4, 0.0938],
  [5e-324, 4, 0],
  [1e22, 2, 1e22],
  [123_456_789, 2, 123_456_789],
] as const)("%p with %p digits is %p, as in Python", (value, digits, expected) => {
  expect(roundHalfEven(value, digits)).toBe(expected);
});

test.each([-0, -0.4, -0.5])("%p is rounded to a zero without a sign", (value) => {
  expect(Object.is(roundHalfEven(value, 0), 0)).toBe(true);
});
