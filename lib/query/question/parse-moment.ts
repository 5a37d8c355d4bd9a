import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;
/** A plus sign that nobody percent-encoded arrives as a blank. */
const INSTANT = /^((\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[ +-]\d{2}:\d{2})$/;
const FIRST_YEAR = 1970;

/** A date (`2026-10-03`, `20261003`) as its whole civil day in the zone, an ISO instant as itself; else undefined. */
export function parseMoment(text: string, zone: Zone): Window | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year !== undefined && month !== undefined && day !== undefined) {
    if (!isRealDate(year, month, day)) return undefined;
    const civil = zone.dayOf(Number(year), Number(month) - 1, Number(day));
    return { from: civil.start, to: civil.end };
  }
  const [, clock, ...date] = INSTANT.exec(text) ?? [];
  const [instantYear, instantMonth, instantDay, offset] = date;
  if (!isRealDate(instantYear, instantMonth, instantDay)) return undefined;
  const at = Date.parse(`${clock}${offset?.replace(" ", "+")}`);
  return Number.isNaN(at) ? undefined : { from: at, to: at };
}

function isRealDate(year = "", month = "", day = ""): boolean {
  const wall = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return Number(year) >= FIRST_YEAR && wall.getUTCMonth() === Number(month) - 1 && wall.getUTCDate() === Number(day);
}
