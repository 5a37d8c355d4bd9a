const FEWEST_DECIMALS = 2;
/** The API's money is exact to this many decimals. */
const MOST_DECIMALS = 9;
const SIGNIFICANT = 3;
/** A double holds no more digits than these of an amount. */
const MOST_DIGITS = 16;
/** What stands where a number is not known. */
export const UNKNOWN = "–";

/** What an amount is counted in. */
export type Unit = "usd" | "count" | "percent";

const COMPACT = ["", "K", "M", "B", "T"] as const;

/** US dollars: `$1,234.56`, below one dollar to three significant digits: `$0.0231`. */
export function moneyText(value: number | null, decimals = moneyDecimals([value])): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const text = grouped(Math.abs(value), decimals);
  if (value !== 0 && !/[1-9]/.test(text) && decimals < MOST_DECIMALS) return `<$${text.slice(0, -1)}1`;
  return `${value < 0 && /[1-9]/.test(text) ? "-" : ""}$${text}`;
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

/** A count with thousands separators: `1,033,811`. */
export function countText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? UNKNOWN : grouped(value, 0);
}

/** An amount in its unit. */
export function amountText(unit: Unit, amount: number | null, decimals?: number): string {
  switch (unit) {
    case "usd":
      return moneyText(amount, decimals);
    case "count":
      return countText(amount);
    case "percent":
      return rateText(amount);
    default:
      return unit satisfies never;
  }
}

/** A count of few characters for an axis: `1.2M`. */
export function compactText(value: number): string {
  let scaled = value;
  let unit = 0;
  for (; Math.abs(scaled) >= 1000 && unit < COMPACT.length - 1; unit += 1) scaled /= 1000;
  return `${Number(scaled.toFixed(2))}${COMPACT[unit] ?? ""}`;
}

/** A percentage, whole: `41 %`; `<1 %` is more than nothing and `>99 %` less than everything. */
export function percentText(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return UNKNOWN;
  if (percent > 0 && percent < 0.5) return "<1 %";
  if (percent >= 99.5 && percent < 100) return ">99 %";
  return `${grouped(percent, 0)} %`;
}

/** A percentage in which small parts tell: `0.42 %`, `3.1 %`, `41 %`. */
export function rateText(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent) || percent >= 10) return percentText(percent);
  if (percent > 0 && percent < 0.01) return "<0.01 %";
  return `${Number(percent.toFixed(percent < 1 ? 2 : 1))} %`;
}

/** Milliseconds to three digits: `820 ms`, `1.24 s`, `12.3 s`, `3.5 min`. */
export function durationText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  return ms < 119_950 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

function grouped(value: number, decimals: number): string {
  const [whole = "", fraction] = value.toFixed(decimals).split(".");
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

function decimalsOf(value: number | null): number {
  if (value === null || !Number.isFinite(value) || value === 0 || Math.abs(value) >= 1) return FEWEST_DECIMALS;
  const [mantissa = "", exponent] = Math.abs(value)
    .toExponential(SIGNIFICANT - 1)
    .split("e");
  const digits = mantissa.replace(".", "").replace(/0+$/, "").length;
  return Math.min(MOST_DECIMALS, digits - 1 - Number(exponent));
}
