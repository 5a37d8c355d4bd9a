/** Digits that hold every double below 1e21 which lies exactly between two rounded values. */
const EXACT_DIGITS = 60;

/**
 * Rounds as Python's `round` does: to the nearest by the exact binary value, a tie to the even digit. Finite values
 * below 1e21.
 */
export function roundHalfEven(value: number, digits: number): number {
  const exact = Math.abs(value).toFixed(EXACT_DIGITS);
  const end = exact.indexOf(".") + 1 + digits;
  const rounded = Number(value.toFixed(digits));
  const isTie = /^50*$/.test(exact.slice(end));
  if (!isTie || Number(exact[end - 1]) % 2 === 1) return rounded === 0 ? 0 : rounded;
  return Math.sign(value) * Number(exact.slice(0, end));
}
