import { DAY_MS, parseDay } from "../../query/spend/utc-day.ts";

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;
const MINUTE_MS = 60_000;

/**
 * An ISO 8601 moment of any precision and zone as UTC milliseconds; finer ones are rounded up to the next, so that they
 * part the same requests, whose times are whole milliseconds. Without a zone it is UTC. Undefined for anything else.
 */
export function parseInstant(text: string): number | undefined {
  const [, date = "", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = INSTANT.exec(text) ?? [];
  const day = parseDay(date);
  if (day === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ofDay = (Number(hour) * 60 + Number(minute)) * MINUTE_MS + Number(second) * 1000;
  const offset = offsetOf(zone);
  return offset === undefined ? undefined : day * DAY_MS + ofDay + millisecondsUp(fraction) - offset;
}

function millisecondsUp(fraction: string): number {
  const whole = Number(fraction.padEnd(3, "0").slice(0, 3));
  return /[1-9]/.test(fraction.slice(3)) ? whole + 1 : whole;
}

function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes = "00"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}
