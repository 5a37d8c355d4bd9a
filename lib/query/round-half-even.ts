/** Digits that hold every double exactly that lies halfway between two rounded values. */
const EXACT_DIGITS = 60;

/**
 * A finite number rounded as Python's `round` does it: to the nearest by the exact binary value, a tie to the even
 * digit. Never minus zero.
 */
export function roundHalfEven(value: number, digits: number): number {
  if (Number.isInteger(value)) return value === 0 ? 0 : value;
  const exact = Math.abs(value).toFixed(EXACT_DIGITS);
  const end = exact.indexOf(".") + 1 + digits;
  const isTie = /^50*$/.test(exact.slice(end));
  const isEven = Number(exact[digits === 0 ? end - 2 : end - 1]) % 2 === 0;
  const rounded = isTie && isEven ? Math.sign(value) * Number(exact.slice(0, end)) : Number(value.toFixed(digits));
  return rounded === 0 ? 0 : rounded;
}
