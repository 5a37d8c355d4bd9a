const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The clock on the wall of the configured zone, as the API's ISO texts show it: no zone is known to the page itself. */
export type WallTime = {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From Sunday, 0. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
};

/** Reads the wall time of an ISO text such as `2026-10-10T14:05:00-04:00`. */
export function wallTime(iso: string): WallTime {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = iso.split(/[-T:+]/).map(Number);
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

/** `14:05` */
export function clockText({ hour, minute }: WallTime): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

/** `Sat 10 Oct` */
export function dayText({ weekday, day, month }: WallTime): string {
  return `${WEEKDAYS[weekday]} ${day} ${MONTHS[month - 1]}`;
}

/** `Sat 10 Oct 2026`, with the time where it is not midnight. */
export function momentText(iso: string): string {
  const time = wallTime(iso);
  const date = `${dayText(time)} ${time.year}`;
  return time.hour === 0 && time.minute === 0 ? date : `${date}, ${clockText(time)}`;
}

/** `Sat 10 Oct 2026, 09:00 to 14:05`, with the date of the end where it is another. */
export function stretchText(from: string, to: string): string {
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return `${momentText(from)} to ${isOneDay ? clockText(wallTime(to)) : momentText(to)}`;
}

/** What one step of a chart covers: `Sat 10 Oct`, or `Sat 10 Oct, 14:00` where steps are shorter than a day. */
export function stepText(iso: string, isDaily: boolean): string {
  const time = wallTime(iso);
  return isDaily ? `${dayText(time)} ${time.year}` : `${dayText(time)}, ${clockText(time)}`;
}

/** How long ago something was: `12 s ago`, `4 min ago`, `3 h ago`, `2 days ago`. */
export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
