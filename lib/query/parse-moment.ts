import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A date (`2026-10-03`, `20261003`) as its whole civil day in the zone, an ISO instant as itself; else undefined. */
export function parseMoment(text: string, zone: Zone): Window | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year !== undefined && month !== undefined && day !== undefined) {
    const wall = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    const isReal = wall.getUTCMonth() === Number(month) - 1 && wall.getUTCDate() === Number(day);
    if (!isReal) return undefined;
    const civil = zone.dayOf(Number(year), Number(month) - 1, Number(day));
    return { from: civil.start, to: civil.end };
  }
  if (!INSTANT.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : { from: at, to: at };
}
