/** A number with some decimals, halves to the even side as in Python's `round`; what is no number is 0. */
export function rounded(value: number, decimals = 0): number {
  if (!Number.isFinite(value)) return 0;
  const scaled = value * 10 ** decimals;
  // A half is one only where binary fractions can hold it; else the decimals that follow decide, as `toFixed` does it.
  const isHalf = Math.abs(scaled % 1) === 0.5 && Number.isInteger(value * 1024);
  const result = isHalf ? (2 * Math.round(scaled / 2)) / 10 ** decimals : Number(value.toFixed(decimals));
  return result === 0 ? 0 : result;
}

/** A part in percent of a whole, with some decimals; 0 of nothing. */
export function percent(part: number, whole: number, decimals = 1): number {
  return whole === 0 ? 0 : rounded((100 * part) / whole, decimals);
}

/** By how many percent something changed, with one decimal; null where there was nothing before. */
export function changePercent(now: number, before: number): number | null {
  return before === 0 ? null : rounded((100 * (now - before)) / before, 1);
}
