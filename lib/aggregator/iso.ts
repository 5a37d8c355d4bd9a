import type { Zone } from "./zone.ts";

/** An instant as ISO 8601 in a zone, to the second, with the offset written out: `2026-10-10T14:05:00-04:00`. */
export function isoIn(at: number, zone: Zone): string {
  const offset = zone.offsetMs(at);
  const minutes = Math.abs(offset) / 60_000;
  const sign = offset < 0 ? "-" : "+";
  const wall = new Date(Math.floor(at / 1000) * 1000 + offset).toISOString().slice(0, 19);
  return `${wall}${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
