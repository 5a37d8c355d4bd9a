import { DOT, ZERO } from "./characters.ts";

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const NOT_A_NUMBER = /^nan$/i;

/** Up to this many digits a decimal is the exact quotient of two integers that a double holds exactly. */
const MAX_EXACT_DIGITS = 15;

/**
 * The number that a token spells, undefined for anything else. The grammar is that of Go's `ParseFloat` without hex and
 * underscores, as in prometheus/common `expfmt`; like there, a decimal beyond the range of a double is no number.
 */
export function parseNumber(token: string): number | undefined {
  if (DECIMAL.test(token)) {
    const value = Number(token);
    return Number.isFinite(value) ? value : undefined;
  }
  if (INFINITE.test(token)) return token.startsWith("-") ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(token) ? Number.NaN : undefined;
}

/** The number that the bytes from `from` to `to` spell, by the same grammar, without a string for `3` and `3.0`. */
export function parseNumberAt(bytes: Buffer, from: number, to: number): number | undefined {
  let digits = 0;
  let dot = -1;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
    } else if (digit === DOT - ZERO && dot < 0) {
      dot = at;
    } else {
      return parseNumber(bytes.toString("latin1", from, to));
    }
  }
  const length = dot < 0 ? to - from : to - from - 1;
  if (length === 0 || length > MAX_EXACT_DIGITS) return parseNumber(bytes.toString("latin1", from, to));
  return dot < 0 ? digits : digits / 10 ** (to - dot - 1);
}
