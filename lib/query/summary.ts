import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import { type Period, windowOf } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { COMPUTED, COUNTERS, METRICS } from "../litellm/metrics.ts";
import { configuredTarget, firstPageAt } from "../store/read/state.ts";
import { lifetimeTotals } from "../store/read/totals.ts";
import type { Sums } from "../store/read/usage-rows.ts";
import { rawValues } from "../store/tables/processes.ts";
import { cleanNumber } from "./clean-number.ts";
import { ratio } from "./usage/measures.ts";
import { sumsOf } from "./usage/partial-sums.ts";

/** The windows of seed 1 by the suffix of their values. */
export const WINDOW_SUFFIXES = [
  ["daily", "today"],
  ["weekly", "week"],
  ["monthly", "month"],
] as const satisfies readonly (readonly [string, Period])[];

/** What a summary is made from besides the store. */
export type SummaryContext = {
  readonly now: number;
  readonly zone: Zone;
  /** The configured URL, and the same as it may be shown. */
  readonly url: string;
  readonly source: string;
  /** Why the last scrape failed; undefined after a good one. */
  readonly error: string | undefined;
};

/** Every value by its name (`cost`, `cost_daily`, `cost_lifetime`), and when the newest good page was read. */
export type Summary = {
  readonly values: ReadonlyMap<string, number>;
  readonly lastScrape: string | null;
  readonly since: string | null;
  readonly context: SummaryContext;
};

/** Reads the values of `/api/v1/metrics`: LiteLLM's own counters, the calendar windows and what was booked in all. */
export function readSummary(db: Database, context: SummaryContext): Summary {
  const { now, zone, url } = context;
  const target = configuredTarget(db, url);
  const raw = target ? rawValues(db, target.id) : new Map<string, number>();
  const values = new Map<string, number>();
  for (const { name } of METRICS) values.set(name, cleanNumber(raw.get(name) ?? 0));
  for (const { name, numerator, denominator, factor } of COMPUTED) {
    values.set(name, ratio(raw.get(numerator) ?? 0, raw.get(denominator) ?? 0, factor));
  }
  const sums = WINDOW_SUFFIXES.map(
    ([suffix, period]) => [suffix, sumsOf(db, windowOf(period, now, zone), zone)] as const,
  );
  putSums(values, sums);
  putSums(values, [["lifetime", lifetimeTotals(db)]]);
  const since = firstPageAt(db);
  return {
    values,
    lastScrape: target ? isoIn(target.lastPageAt, zone) : null,
    since: since === undefined ? null : isoIn(since, zone),
    context,
  };
}

/** The body of `GET /api/v1/metrics`. The keys of seed 1, `lifetime` beside them, `error` only while scrapes fail. */
export function summaryBody(summary: Summary): Record<string, unknown> {
  const { values, lastScrape, since, context } = summary;
  const body: Record<string, unknown> = {};
  for (const [name, value] of values) if (!name.endsWith("_lifetime")) body[name] = value;
  const lifetime = COUNTERS.map((counter) => [counter, values.get(`${counter}_lifetime`) ?? 0]);
  const end = { lifetime: { since, ...Object.fromEntries(lifetime) }, last_scrape: lastScrape, source: context.source };
  return { ...body, ...end, ...(context.error === undefined ? {} : { error: context.error }) };
}

/** Puts the values of every counter under its name and each suffix. */
function putSums(values: Map<string, number>, windows: readonly (readonly [suffix: string, sums: Sums])[]): void {
  for (const counter of COUNTERS) {
    for (const [suffix, sums] of windows) values.set(`${counter}_${suffix}`, cleanNumber(sums[counter]));
  }
  for (const { name, numerator, denominator, factor } of COMPUTED) {
    for (const [suffix, sums] of windows) {
      values.set(`${name}_${suffix}`, ratio(sums[numerator], sums[denominator], factor));
    }
  }
}
