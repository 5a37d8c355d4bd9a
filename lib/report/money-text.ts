import { decimalText } from "./digits.ts";
import { UNKNOWN } from "./unknown.ts";

const FEWEST_DECIMALS = 2;
/** An answer's money is exact to this many decimals. */
const MOST_DECIMALS = 9;
const SIGNIFICANT = 3;
/** A double holds no more digits than these of an amount. */
const MOST_DIGITS = 16;

/** US dollars: `$1,234.56`, below one dollar to three significant digits: `$0.0231`. */
export function moneyText(value: number | null, decimals = moneyDecimals([value])): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const text = decimalText(Math.abs(value), decimals);
  if (value !== 0 && !/[1-9]/.test(text) && decimals < MOST_DECIMALS) return `<$${text.slice(0, -1)}1`;
  const isNegative = value < 0 && /[1-9]/.test(text);
  return `${isNegative ? "-" : ""}$${text}`;
}

/** An amount to its last decimal, for sentences in which two amounts are held against each other. */
export function exactMoneyText(value: number): string {
  const [, decimals = ""] = Math.abs(value).toFixed(MOST_DECIMALS).split(".");
  return moneyText(value, Math.max(FEWEST_DECIMALS, decimals.replace(/0+$/, "").length));
}

/**
 * The decimals that a column of these amounts needs so that each shows three significant digits and the points line up;
 * no more than the largest of them really has.
 */
export function moneyDecimals(values: readonly (number | null)[]): number {
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const meant = MOST_DIGITS - Math.trunc(Math.min(largest, Number.MAX_SAFE_INTEGER)).toString().length;
  const wanted = values.reduce<number>((most, value) => Math.max(most, decimalsOf(value)), FEWEST_DECIMALS);
  return Math.max(FEWEST_DECIMALS, Math.min(wanted, meant));
}

function decimalsOf(value: number | null): number {
  if (value === null || !Number.isFinite(value) || value === 0 || Math.abs(value) >= 1) return FEWEST_DECIMALS;
  const [mantissa = "", exponent] = Math.abs(value)
    .toExponential(SIGNIFICANT - 1)
    .split("e");
  const digits = mantissa.replace(".", "").replace(/0+$/, "").length;
  return Math.min(MOST_DECIMALS, digits - 1 - Number(exponent));
}
