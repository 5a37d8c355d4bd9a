import { decimalText } from "./digits.ts";
import { UNKNOWN } from "./unknown.ts";

/** A count with thousands separators: `1,033,811`. */
export function countText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  return decimalText(value, 0);
}

/** `1 snapshot`, `1,204 snapshots`. */
export function counted(amount: number, noun: string): string {
  return `${countText(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}
