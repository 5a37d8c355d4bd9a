import type { Zone } from "../../aggregator/zone.ts";
import type { QuarterTotal } from "../../ledger/questions/quarter-totals.ts";
import { percent, rounded } from "./rounding.ts";

const HOUR_MS = 3_600_000;

/** What quarters add up to. */
export type TimeSum = {
  requests: number;
  successful: number;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  successTokens: number;
  latencyCount: number;
  latencyMs: number;
};

/** The sum of some quarters. */
export function sumOf(quarters: Iterable<QuarterTotal>): TimeSum {
  const sum = emptySum();
  for (const quarter of quarters) add(sum, quarter);
  return sum;
}

/** The sums by civil day of the zone (`YYYYMMDD`), in their order. */
export function sumsByDay(quarters: readonly QuarterTotal[], zone: Zone): Map<number, TimeSum> {
  return sumsBy(quarters, ({ at }) => zone.dayAt(at).day);
}

/** The sums by hour of the day of the zone, 0 to 23, those that have requests. */
export function sumsByHour(quarters: readonly QuarterTotal[], zone: Zone): Map<number, TimeSum> {
  const offsetAt = dailyOffset(zone);
  const sums = sumsBy(quarters, ({ at }) => Math.floor((at + offsetAt(at)) / HOUR_MS) % 24);
  return new Map([...sums].sort(([a], [b]) => a - b));
}

/** One entry of `daily`. */
export function dayEntry(date: string, sum: TimeSum) {
  return {
    date,
    requests: sum.requests,
    successful: sum.successful,
    success_rate: percent(sum.successful, sum.requests),
    total_tokens: sum.totalTokens,
    prompt_tokens: sum.promptTokens,
    completion_tokens: sum.completionTokens,
    avg_latency_ms: rounded(sum.latencyMs / sum.latencyCount),
  };
}

/** The zone's offset, asked twice a day unless the clocks change on it: asking costs some microseconds. */
function dailyOffset(zone: Zone): (at: number) => number {
  let known: { readonly start: number; readonly end: number; readonly offset: number | undefined } | undefined;
  return (at) => {
    if (!known || at < known.start || at >= known.end) {
      const { start, end } = zone.dayAt(at);
      const offset = zone.offsetMs(start);
      known = { start, end, offset: offset === zone.offsetMs(end - 1) ? offset : undefined };
    }
    return known.offset ?? zone.offsetMs(at);
  };
}

function sumsBy(quarters: readonly QuarterTotal[], keyOf: (quarter: QuarterTotal) => number): Map<number, TimeSum> {
  const sums = new Map<number, TimeSum>();
  for (const quarter of quarters) {
    const key = keyOf(quarter);
    let sum = sums.get(key);
    if (!sum) {
      sum = emptySum();
      sums.set(key, sum);
    }
    add(sum, quarter);
  }
  return sums;
}

function emptySum(): TimeSum {
  return {
    requests: 0,
    successful: 0,
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    successTokens: 0,
    latencyCount: 0,
    latencyMs: 0,
  };
}

function add(sum: TimeSum, quarter: QuarterTotal): void {
  sum.requests += quarter.requests;
  sum.successful += quarter.requests - quarter.failures;
  sum.promptTokens += quarter.promptTokens;
  sum.completionTokens += quarter.completionTokens;
  sum.totalTokens += quarter.totalTokens;
  sum.successTokens += quarter.successTokens;
  sum.latencyCount += quarter.latencyCount;
  sum.latencyMs += quarter.latencyMs;
}
