import { formatInTimeZone } from "date-fns-tz/formatInTimeZone";

/** Local time minus UTC in an IANA zone at an instant, as `+02:00`; the one question that date-fns-tz always answers right. */
export function offsetText(at: number, zone: string): string {
  return formatInTimeZone(at, zone, "xxx");
}
