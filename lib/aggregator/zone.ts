const DAY_MS = 86_400_000;

/** One civil day of a zone: 23 to 25 hours of UTC milliseconds, `start` inclusive, `end` exclusive. */
type CivilDay = {
  /** `YYYYMMDD` as a number, so that days sort and compare as they follow each other. */
  readonly day: number;
  readonly start: number;
  readonly end: number;
};

/** A time zone as the accounting needs it. Instants are UTC milliseconds. */
export type Zone = {
  readonly name: string;
  /** Local time minus UTC at the instant, in milliseconds. */
  offsetMs(at: number): number;
  /** The civil day that holds the instant. */
  dayAt(at: number): CivilDay;
  /** The civil day of a date; month and day may overflow as in `Date.UTC`, months count from 0. */
  dayOf(year: number, month: number, day: number): CivilDay;
};

/** Whether the name is an IANA zone that this runtime knows; offsets such as `+02:00` and the empty name are not. */
export function isZoneName(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name === "Z") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A day number (`YYYYMMDD`) as `YYYY-MM-DD`. */
export function dayText(day: number): string {
  const digits = String(day).padStart(8, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/**
 * The zone of an IANA name, which `isZoneName` must have accepted. Days are cached, since asking a zone costs
 * microseconds.
 */
export function createZone(name: string): Zone {
  const offsetMs = name === "UTC" ? () => 0 : zoneOffset(name);
  const days = new Map<number, CivilDay>();
  let newest: CivilDay | undefined;

  // The wall clock may skip or repeat midnight: the earlier reading holds unless it falls before the wall time asked for.
  const startOf = (wall: number): number => {
    const before = wall - offsetMs(wall - DAY_MS);
    const after = wall - offsetMs(wall + DAY_MS);
    const first = Math.min(before, after);
    return first + offsetMs(first) >= wall ? first : Math.max(before, after);
  };

  const dayAtWall = (wall: number): CivilDay => {
    const known = days.get(wall);
    if (known) return known;
    const date = new Date(wall);
    const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    const civil = { day, start: startOf(wall), end: startOf(wall + DAY_MS) };
    if (days.size > 1000) days.clear();
    days.set(wall, civil);
    return civil;
  };

  return {
    name,
    offsetMs,
    dayAt(at) {
      if (newest && at >= newest.start && at < newest.end) return newest;
      const wall = Math.floor((at + offsetMs(at)) / DAY_MS) * DAY_MS;
      let civil = dayAtWall(wall);
      if (at >= civil.end) civil = dayAtWall(wall + DAY_MS);
      newest = civil;
      return civil;
    },
    dayOf(year, month, day) {
      return dayAtWall(Date.UTC(year, month, day));
    },
  };
}

function zoneOffset(name: string): (at: number) => number {
  // Loading it takes milliseconds, which a program that keeps UTC need not wait for.
  const { offsetText }: typeof import("./offset-text.ts") = require("./offset-text.ts");
  return (at) => parseOffset(offsetText(at, name));
}

function parseOffset(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6))) * 60_000;
}
