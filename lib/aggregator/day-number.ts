const DAY_MS = 86_400_000;

/** Year, month (from 0) and day of a civil day that is written as a number (`YYYYMMDD`). */
export function dateOf(day: number): [year: number, month: number, day: number] {
  return [Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100];
}

/** How many days after 1 January 1970 a civil day is that is written as a number (`YYYYMMDD`). */
export function daysSince1970(day: number): number {
  return Date.UTC(...dateOf(day)) / DAY_MS;
}
