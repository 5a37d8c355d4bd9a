import { decimalText } from "./digits.ts";
import { UNKNOWN } from "./unknown.ts";

/** A percentage, whole: `41 %`; `<1 %` is more than nothing and `>99 %` less than everything. */
export function percentText(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return UNKNOWN;
  if (percent > 0 && percent < 0.5) return "<1 %";
  if (percent >= 99.5 && percent < 100) return ">99 %";
  return `${decimalText(percent, 0)} %`;
}
