import { expect, test } from "bun:test";
import { changePercent, percent, rounded } from "../../../lib/query/analytics/rounding.ts";

test("what is no number is rounded to 0", () => {
  expect([rounded(Number.NaN), rounded(Number.POSITIVE_INFINITY, 1), rounded(1282.5)]).toEqual([0, 0, 1282]);
});

test("nothing has no part and no change", () => {
  expect([percent(1, 0), percent(1, 3), percent(1, 3, 2)]).toEqual([0, 33.3, 33.33]);
  expect([changePercent(3, 0), changePercent(3, 2)]).toEqual([null, 50]);
});
