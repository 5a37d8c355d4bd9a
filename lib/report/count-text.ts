import { decimalText } from "./digits.ts";
import { UNKNOWN } from "./unknown.ts";

/** A count with thousands separators: `1,033,811`. */
export function countText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  return decimalText(value, 0);
}
