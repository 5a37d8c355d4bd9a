const DECIMALS = 10;
const DECIMALS_HOLD_BELOW = 1e5;

/**
 * A number without the noise of binary sums (`0.1 + 0.2` is 0.3). Nothing above 1e-9 is rounded away: ten decimals where
 * a double holds them, fifteen digits beyond.
 */
export function cleanNumber(value: number): number {
  if (Number.isInteger(value)) return value === 0 ? 0 : value;
  const clean = Math.abs(value) < DECIMALS_HOLD_BELOW ? value.toFixed(DECIMALS) : value.toPrecision(15);
  const number = Number(clean);
  return number === 0 ? 0 : number;
}
