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
    const shift = daysSince1970(civil.day) - start / DAY_MS;
    const end = Math.min(QUARTERS, Math.ceil((civil.end - start) / QUARTER_MS));
    shifts.fill(shift, quarter, end);
    quarter = Math.max(end, quarter + 1);
  }
  return shifts;
}
