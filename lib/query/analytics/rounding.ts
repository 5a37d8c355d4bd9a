import { roundHalfEven } from "../round-half-even.ts";

/** A number with some decimals, halves to the even side as in Python's `round`; what is no number is 0. */
export function rounded(value: number, decimals = 0): number {
  return Number.isFinite(value) ? roundHalfEven(value, decimals) : 0;
}

/** A part in percent of a whole, with some decimals; 0 of nothing. */
export function percent(part: number, whole: number, decimals = 1): number {
  return whole === 0 ? 0 : rounded((100 * part) / whole, decimals);
}

/** By how many percent something changed, with one decimal; null where there was nothing before. */
export function changePercent(now: number, before: number): number | null {
  return before === 0 ? null : rounded((100 * (now - before)) / before, 1);
}
