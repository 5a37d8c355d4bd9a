import type { UsageAnswer } from "../query/usage/answer.ts";
import { areSameYear, dayText, wallTimeOf } from "./wall-time.ts";

type AnswerPeriod = UsageAnswer["period"];

/** What the period is called in a title; nothing where its dates say it all. */
export function periodName({ name }: AnswerPeriod): string | undefined {
  if (name === "range") return undefined;
  return name === "week" || name === "month" ? `this ${name}` : name;
}

/** The days that a period covers, with the time of day where it does not begin and end at midnight. */
export function periodDates({ name, from, to }: AnswerPeriod): string {
  const begin = wallTimeOf(from);
  const end = wallTimeOf(to);
  if (!begin || !end) return `${from} to ${to}`;
  if (name === "today" || name === "yesterday") return dayText(begin.day, true);
  const isWholeDays = begin.clock === "00:00" && (end.clock === "00:00" || name === "week" || name === "month");
  if (!isWholeDays) {
    const first = dayText(begin.day, !areSameYear(begin.day, end.day));
    return `${first} ${begin.clock} to ${dayText(end.day, true)} ${end.clock}`;
  }
  // The end is not part of the period, so one at midnight belongs to the day before.
  const last = Math.max(begin.day, end.clock === "00:00" ? end.day - 1 : end.day);
  if (last === begin.day) return dayText(last, true);
  return `${dayText(begin.day, !areSameYear(begin.day, last))} to ${dayText(last, true)}`;
}
