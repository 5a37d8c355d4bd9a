import { LogSketch } from "../../aggregator/log-sketch.ts";
import type { LedgerSums } from "../../ledger/questions/usage-rows.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/totals.ts";
import type { Sums } from "../../store/usage-rows.ts";
import { addSums, type Latency, type Measures, measuresOf } from "../measures.ts";

const ALWAYS: readonly CounterName[] = [
  "requests",
  "failed_requests",
  "tokens",
  "input_tokens",
  "output_tokens",
  "cost",
];
const CACHE: readonly CounterName[] = ["cache_hits", "cache_misses", "cached_tokens"];

/** What a ledger knows of a group: sums as the metrics name them, and how long its successes took. */
export type LedgerTotals = {
  readonly sums: Sums;
  latencyCount: number;
  latencyMs: number;
  /** Undefined where the rollup keeps none. */
  latency: LogSketch | undefined;
};

/** Nothing, to which rows are added. */
export function emptyTotals(): LedgerTotals {
  return { sums: zeroSums(), latencyCount: 0, latencyMs: 0, latency: undefined };
}

/** Adds a row, or other totals. */
export function addRow(into: LedgerTotals, row: LedgerSums & { readonly latency: LogSketch | undefined }): void {
  addSums(into.sums, { ...zeroSums(), ...numbersOf(row) });
  addLatency(into, row);
}

/** Adds how long successes took. */
export function addLatency(into: LedgerTotals, from: Omit<LedgerTotals, "sums">): void {
  into.latencyCount += from.latencyCount;
  into.latencyMs += from.latencyMs;
  if (!from.latency) return;
  into.latency ??= new LogSketch();
  into.latency.merge(from.latency);
}

/** The counters that a rollup holds; of the others nothing is known. */
export function countersKnown(holdsCache: boolean): ReadonlySet<CounterName> {
  return new Set([...ALWAYS, ...(holdsCache ? CACHE : [])]);
}

/** Totals as an answer shows them. A percentile is there only where every success that was counted is in the sketch. */
export function ledgerMeasures(totals: LedgerTotals, known: ReadonlySet<CounterName>): Measures & Latency {
  const { latency, latencyCount, latencyMs } = totals;
  const isWhole = latency !== undefined && latency.count === latencyCount;
  return {
    ...measuresOf(totals.sums, known),
    avg_latency_ms: latencyCount === 0 ? null : Math.round(latencyMs / latencyCount),
    p50_latency_ms: isWhole ? Math.round(latency.quantile(0.5)) : null,
    p95_latency_ms: isWhole ? Math.round(latency.quantile(0.95)) : null,
  };
}

function numbersOf(row: LedgerSums) {
  const { requests, failed_requests, tokens, input_tokens, output_tokens, cost } = row;
  const { cache_hits, cache_misses, cached_tokens } = row;
  return {
    ...{ requests, failed_requests, tokens, input_tokens, output_tokens, cost },
    ...{ cache_hits, cache_misses, cached_tokens },
  };
}
