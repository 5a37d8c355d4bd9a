const DAY_MS = 86_400_000;

/** Year, month (from 0) and day of a day number (`YYYYMMDD`). */
export function dateOf(day: number): [year: number, month: number, day: number] {
  return [Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100];
}

/** The days from 1970 to a day number. */
export function daysSince1970(day: number): number {
  return Date.UTC(...dateOf(day)) / DAY_MS;
}
