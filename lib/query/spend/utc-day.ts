import type { DayRange } from "../../ledger/sums/days.ts";

/** A UTC day in milliseconds. */
export const DAY_MS = 86_400_000;
/** What LiteLLM means by a month: from midnight thirty days before today. */
const MONTH_DAYS = 30;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The UTC day of a moment, counted from 1970. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

/** `YYYY-MM-DD` as a day counted from 1970; undefined for anything else. */
export function parseDay(text: string): number | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || year === "0000") return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  const isReal = new Date(at).getUTCMonth() + 1 === Number(month) && new Date(at).getUTCDate() === Number(day);
  return isReal ? dayOf(at) : undefined;
}

/** `YYYY-MM-DD`. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Midnight as LiteLLM writes moments: `2026-11-09T00:00:00+00:00`. */
export function isoMidnight(day: number): string {
  return `${isoDay(day)}T00:00:00+00:00`;
}

/** `Nov 09`, as LiteLLM labels a day of its charts. */
export function dayLabel(day: number): string {
  const date = new Date(day * DAY_MS);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, "0")}`;
}

/** The thirty days before today, today, and what may lie after it. */
export function monthUntil(now: number): DayRange {
  return { from: dayOf(now) - MONTH_DAYS, to: Number.MAX_SAFE_INTEGER };
}
