import { dateOf } from "../../aggregator/day-number.ts";
import { dayText, type Zone } from "../../aggregator/zone.ts";
import { minuteUse } from "../../ledger/questions/minutes.ts";
import { population } from "../../ledger/questions/population.ts";
import { type QuarterTotal, quarterTotals } from "../../ledger/questions/quarter-totals.ts";
import { rangeUse } from "../../ledger/questions/route-days.ts";
import type { LedgerState } from "../../ledger/reader.ts";
import type { LedgerSql } from "../../ledger/sql/ledger-sql.ts";
import { dayEntry, sumOf, sumsByDay, sumsByHour, type TimeSum } from "./days.ts";
import { modelEntries, overall } from "./models.ts";
import { changePercent } from "./rounding.ts";
import type { AnalyticsWindow } from "./window.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const DAILY_DAYS = 14;
const WEEK_DAYS = 7;
const MOST_PEAKS = 5;

/**
 * Answers `GET /usage` from a ledger: everything that was counted, or what lies in a window of whole days where one was
 * asked for. The weeks and the recent activity always end now. Days and hours are those of the zone.
 */
export async function answerAnalytics(
  ledger: LedgerState,
  window: AnalyticsWindow | undefined,
  now: number,
  zone: Zone,
) {
  const range = {
    first: window?.firstDay ?? 0,
    last: window?.lastDay ?? Math.floor(Number.MAX_SAFE_INTEGER / DAY_MS),
    zone: zone.name,
  };
  const { sql } = ledger;
  const use = await rangeUse(ledger, range);
  const today = zone.dayAt(now).day;
  const midnight = (daysAgo: number) => startOfDay(today, -daysAgo, zone);
  const quarters = await quarterTotals(sql, window?.from ?? 0, window?.to ?? Number.POSITIVE_INFINITY);
  const weeks = window
    ? await quarterTotals(sql, midnight(2 * WEEK_DAYS), Number.POSITIVE_INFINITY)
    : since(quarters, midnight(2 * WEEK_DAYS));
  const thisWeek = since(weeks, midnight(WEEK_DAYS));
  const days = sumsByDay(quarters, zone);
  const daily = window ? days : sumsByDay(since(quarters, midnight(DAILY_DAYS)), zone);
  return {
    ...(window ? { window: window.shown } : {}),
    ...overall(use, await population(ledger, range)),
    week_over_week: weekOverWeek(sumOf(thisWeek), sumOf(before(weeks, midnight(WEEK_DAYS)))),
    recent_activity: await recentActivity(sql, now),
    peak_days: peakDays(days),
    peak_hours: peakHours(sumsByHour(window ? quarters : thisWeek, zone)),
    by_model: modelEntries(use.models),
    daily: [...daily].reverse().map(([day, sum]) => dayEntry(dayText(day), sum)),
    hourly_pattern: [...sumsByHour(quarters, zone)].map(([hour, { requests, successful, totalTokens }]) => ({
      hour,
      requests,
      successful,
      tokens: totalTokens,
    })),
  };
}

function startOfDay(day: number, shift: number, zone: Zone): number {
  const [year, month, date] = dateOf(day);
  return zone.dayOf(year, month, date + shift).start;
}

function since(quarters: readonly QuarterTotal[], from: number): QuarterTotal[] {
  return quarters.filter(({ at }) => at >= from);
}

function before(quarters: readonly QuarterTotal[], to: number): QuarterTotal[] {
  return quarters.filter(({ at }) => at < to);
}

function weekOverWeek(current: TimeSum, last: TimeSum) {
  const week = (sum: TimeSum) => ({
    requests: sum.requests,
    tokens: sum.successTokens,
    successful: sum.successful,
  });
  return {
    this_week: week(current),
    last_week: week(last),
    change_pct: {
      requests: changePercent(current.requests, last.requests),
      tokens: changePercent(current.successTokens, last.successTokens),
    },
  };
}

/** The edges are rounded to the minute that holds them. */
async function recentActivity(sql: LedgerSql, now: number) {
  const edge = (hours: number) => Math.floor((now - hours * HOUR_MS) / MINUTE_MS) * MINUTE_MS;
  const later = now + DAY_MS;
  const lastDay = await minuteUse(sql, edge(24), later);
  const dayBefore = await minuteUse(sql, edge(48), edge(24));
  const lastHour = await minuteUse(sql, edge(1), later);
  return {
    last_hour_requests: lastHour.requests,
    last_24h_requests: lastDay.requests,
    prev_24h_requests: dayBefore.requests,
    last_24h_tokens: lastDay.successTokens,
    change_24h_pct: changePercent(lastDay.requests, dayBefore.requests),
  };
}

function peakDays(days: ReadonlyMap<number, TimeSum>) {
  return [...days]
    .filter(([, { successful }]) => successful > 0)
    .sort(([dayA, a], [dayB, b]) => b.successful - a.successful || b.successTokens - a.successTokens || dayB - dayA)
    .slice(0, MOST_PEAKS)
    .map(([day, sum]) => ({ date: dayText(day), requests: sum.successful, tokens: sum.successTokens }));
}

function peakHours(hours: ReadonlyMap<number, TimeSum>) {
  return [...hours]
    .sort(([hourA, a], [hourB, b]) => b.requests - a.requests || hourA - hourB)
    .slice(0, MOST_PEAKS)
    .map(([hour, { requests }]) => ({ hour, requests }));
}
