import { daysSince1970 } from "../../aggregator/day-number.ts";
import type { Zone } from "../../aggregator/zone.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const QUARTERS = 96;

/** For each quarter of the UTC day that begins at `start`, how many days the zone's own day lies ahead: -1, 0 or 1. */
export function shiftsOf(start: number, zone: Zone): Int8Array {
  const shifts = new Int8Array(QUARTERS);
  if (zone.name === "UTC") return shifts;
  for (let quarter = 0; quarter < QUARTERS; ) {
    const civil = zone.dayAt(start + quarter * QUARTER_MS);
    // Every zone's midnight falls on a quarter.
    const end = (civil.end - start) / QUARTER_MS;
    shifts.fill(daysSince1970(civil.day) - start / DAY_MS, quarter, end);
    quarter = end;
  }
  return shifts;
}
