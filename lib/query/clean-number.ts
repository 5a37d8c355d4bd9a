const DECIMALS = 10;
const SCALE = 10 ** DECIMALS;
const DECIMALS_HOLD_BELOW = 1e5;
const DIGITS = 15;

/**
 * A number without the noise of binary sums (`0.1 + 0.2` is 0.3). Nothing above 1e-9 is rounded away: ten decimals where
 * a double holds them, fifteen digits beyond.
 */
export function cleanNumber(value: number): number {
  const isSmall = Math.abs(value) < DECIMALS_HOLD_BELOW && !Number.isInteger(value);
  return isSmall ? withoutSign(toDecimals(value)) : withoutNoise(value);
}

/** What `Number(value.toFixed(10))` is, in a tenth of its time: only near a half does it take the digits to round. */
function toDecimals(value: number): number {
  const scaled = value * SCALE;
  const rounded = Math.round(scaled);
  const toHalf = Math.abs(Math.abs(scaled - rounded) - 0.5);
  return toHalf > Math.abs(scaled) * Number.EPSILON ? rounded / SCALE : Number(value.toFixed(DECIMALS));
}

/** A sum of any unit, which may be as small as a double can be, to fifteen digits; null where it is not a number. */
export function cleanSum(value: number): number | null {
  return Number.isFinite(value) ? withoutNoise(value) : null;
}

function withoutNoise(value: number): number {
  return withoutSign(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)));
}

/** Minus zero is zero. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value;
}
