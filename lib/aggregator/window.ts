import { dateOf } from "./day-number.ts";
import type { Zone } from "./zone.ts";

export const PERIODS = ["today", "yesterday", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** Whether a word names a civil period. */
export function isPeriod(word: string): word is Period {
  return PERIODS.some((period) => period === word);
}

/** A stretch of time in UTC milliseconds, `from` inclusive, `to` exclusive. */
export type Window = { readonly from: number; readonly to: number };

/** The whole civil period that holds the instant: days from midnight, weeks from Monday, months from the 1st. */
export function windowOf(period: Period, at: number, zone: Zone): Window {
  const [year, month, day] = civilDate(at, zone);
  switch (period) {
    case "today":
      return between(zone, [year, month, day], [year, month, day + 1]);
    case "yesterday":
      return between(zone, [year, month, day - 1], [year, month, day]);
    case "week": {
      const monday = day - ((new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7);
      return between(zone, [year, month, monday], [year, month, monday + 7]);
    }
    case "month":
      return between(zone, [year, month, 1], [year, month + 1, 1]);
    default:
      return period satisfies never;
  }
}

/** The period before the one that holds the instant: the day before, the week before, the month before. */
export function previousWindowOf(period: Period, at: number, zone: Zone): Window {
  const { from } = windowOf(period, at, zone);
  const unit = period === "yesterday" ? "today" : period;
  return windowOf(unit, from - 1, zone);
}

type CivilDate = readonly [year: number, month: number, day: number];

function between(zone: Zone, from: CivilDate, to: CivilDate): Window {
  return { from: zone.dayOf(...from).start, to: zone.dayOf(...to).start };
}

function civilDate(at: number, zone: Zone): CivilDate {
  return dateOf(zone.dayAt(at).day);
}
