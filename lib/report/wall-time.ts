/** A time of day and date as a clock on the wall shows them, without its zone. */
export type WallTime = { readonly day: number; readonly clock: string; readonly offset: string };

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Reads an instant as an answer writes it, `2026-11-21T14:05:00-05:00`; `day` counts days since 1970. */
export function wallTimeOf(iso: string): WallTime | undefined {
  const [, date, clock, seconds, offset] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)(.*)$/.exec(iso) ?? [];
  if (date === undefined || clock === undefined || offset === undefined) return undefined;
  return { day: Date.parse(date) / DAY_MS, clock: seconds === ":00" ? clock : clock + seconds, offset };
}

/** A day as `Sat 21 Nov`, with its year where that is asked for. */
export function dayText(day: number, withYear: boolean): string {
  const date = new Date(day * DAY_MS);
  const text = `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return withYear ? `${text} ${date.getUTCFullYear()}` : text;
}

/** Whether two days are of one year. */
export function areSameYear(a: number, b: number): boolean {
  return new Date(a * DAY_MS).getUTCFullYear() === new Date(b * DAY_MS).getUTCFullYear();
}
