import type { Database } from "bun:sqlite";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { sourcesOf, sumUsage, type UsageFilter } from "../../store/read/usage-rows.ts";
import { cleanNumber } from "../clean-number.ts";
import { observedMs } from "./coverage.ts";

const DAY_MS = 86_400_000;
/** How far back the rate is taken from. */
export const BASE_DAYS = 28;
/** A rate over less observed time than this says nothing about a day. */
export const LEAST_OBSERVED_MS = 3_600_000;
/** Days of which more went by unobserved say nothing about how much days differ. */
const WHOLE_DAY_RATIO = 0.9;
/** Eight in ten outcomes lie within so many standard deviations, were the days independent. */
const SPREAD = 1.2816;

/**
 * The cost that the period is heading for, and the range that eight in ten outcomes lie in; null where too little is
 * known.
 */
export type Forecast = { readonly cost: number | null; readonly low: number | null; readonly high: number | null };

/**
 * What is spent plus the rest of the period at the mean rate of the observed time of the last 28 days; the range comes
 * from how much whole observed days differ. A period that is over is what it is.
 */
export function forecastOf(
  db: Database,
  question: {
    readonly total: number;
    /** The elapsed part of the period, with its newest good page, which was read at `at`. */
    readonly seen: Window;
    readonly at: number;
    readonly end: number;
    readonly zone: Zone;
    readonly filters: readonly UsageFilter[];
    readonly isKnown: boolean;
  },
): Forecast {
  const { total, seen, at, end, zone, filters } = question;
  const base = { from: zone.dayAt(at - BASE_DAYS * DAY_MS).start, to: seen.to };
  const observed = observedMs(db, base);
  const isOver = at >= end;
  if (!question.isKnown || observed <= 0 || (!isOver && observed < LEAST_OBSERVED_MS))
    return { cost: null, low: null, high: null };
  const costs = costByDay(db, base, filters, zone);
  return forecastFrom({ total, observed, at, end, costs, days: wholeDays(db, base, zone) });
}

/** The forecast from what is spent on each day of the base; `days` are those that are over and were observed. */
export function forecastFrom(known: {
  readonly total: number;
  /** The observed time of the base in milliseconds, more than none. */
  readonly observed: number;
  readonly at: number;
  readonly end: number;
  readonly costs: ReadonlyMap<number, number>;
  readonly days: readonly number[];
}): Forecast {
  const { total, observed, at, end, costs, days } = known;
  const spent = costs.values().reduce((sum, cost) => sum + cost, 0);
  const restDays = Math.max(0, end - at) / DAY_MS;
  const perDay = (spent / observed) * DAY_MS;
  const whole = days.map((day) => costs.get(day) ?? 0);
  const spread = SPREAD * deviation(whole, perDay) * Math.sqrt(restDays);
  const cost = total + perDay * restDays;
  return {
    cost: cleanNumber(cost),
    low: cleanNumber(Math.max(total, cost - spread)),
    high: cleanNumber(cost + spread),
  };
}

function costByDay(db: Database, base: Window, filters: readonly UsageFilter[], zone: Zone): Map<number, number> {
  const days = new Map<number, number>();
  for (const source of sourcesOf(db, base, zone).sources) {
    for (const row of sumUsage(db, source, [], filters, true)) {
      const day = source.kind === "day" ? row.slot : zone.dayAt(row.slot).day;
      days.set(day, (days.get(day) ?? 0) + row.cost);
    }
  }
  return days;
}

/** The days of a window that are over and were observed, whether or not anything was spent on them. */
function wholeDays(db: Database, base: Window, zone: Zone): number[] {
  const days: number[] = [];
  for (let day = zone.dayAt(base.from); day.end <= base.to; day = zone.dayAt(day.end)) {
    const observed = observedMs(db, { from: day.start, to: day.end });
    if (observed >= WHOLE_DAY_RATIO * (day.end - day.start)) days.push(day.day);
  }
  return days;
}

/** How much days differ from the mean; with fewer than two days, as much as the mean itself. */
function deviation(days: readonly number[], mean: number): number {
  if (days.length < 2) return mean;
  return Math.sqrt(days.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / (days.length - 1));
}
