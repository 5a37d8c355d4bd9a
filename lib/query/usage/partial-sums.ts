import type { Database } from "bun:sqlite";
import { BUCKET_MS } from "../../aggregator/spread.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/read/totals.ts";
import { type Sums, sourcesOf, sumUsage, type UsageFilter } from "../../store/read/usage-rows.ts";
import { addSums } from "./measures.ts";

/** Sums of the smallest window around another that rows answer exactly (see `sourcesOf`). */
export function sumsOf(db: Database, window: Window, zone: Zone, filters: readonly UsageFilter[] = []): Sums {
  const sums = zeroSums();
  for (const source of sourcesOf(db, window, zone).sources) {
    for (const row of sumUsage(db, source, [], filters, false)) addSums(sums, row);
  }
  return sums;
}

/**
 * Sums of a window that may begin and end inside a quarter hour: of that, the share of its time counts, whole numbers
 * rounded. Of a day whose quarter hours were purged, the share of the day counts.
 */
export function partialSums(db: Database, window: Window, zone: Zone, filters: readonly UsageFilter[]): Sums {
  const first = dayAt(window.from, zone);
  const last = dayAt(window.to, zone);
  if (first.from === last.from) return sumsInDay(db, first, window, zone, filters);
  const sums = sumsInDay(db, first, { from: window.from, to: first.to }, zone, filters);
  addSums(sums, sumsInDay(db, last, { from: last.from, to: window.to }, zone, filters));
  if (last.from > first.to) addSums(sums, sumsOf(db, { from: first.to, to: last.from }, zone, filters));
  return sums;
}

function dayAt(at: number, zone: Zone): Window {
  const { start, end } = zone.dayAt(at);
  return { from: start, to: end };
}

function sumsInDay(db: Database, day: Window, { from, to }: Window, zone: Zone, filters: readonly UsageFilter[]): Sums {
  const sums = zeroSums();
  if (to <= from) return sums;
  if (from === day.from && to === day.to) return sumsOf(db, day, zone, filters);
  const quarters = sumUsage(db, { kind: "bucket", ...day }, [], filters, true);
  for (const row of quarters) {
    const covered = Math.min(to, row.slot + BUCKET_MS) - Math.max(from, row.slot);
    if (covered > 0) addShare(sums, row, covered / BUCKET_MS);
  }
  if (quarters.length === 0) addShare(sums, sumsOf(db, day, zone, filters), (to - from) / (day.to - day.from));
  return sums;
}

function addShare(sums: Sums, whole: Sums, share: number): void {
  for (const counter of COUNTERS) {
    const part = whole[counter] * share;
    sums[counter] += counter !== "cost" && Number.isInteger(whole[counter]) ? Math.round(part) : part;
  }
}
