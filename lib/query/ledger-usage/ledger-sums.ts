import { LogSketch } from "../../aggregator/log-sketch.ts";
import type { Durations, LedgerSums } from "../../ledger/questions/usage-rows.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/read/totals.ts";
import type { Sums } from "../../store/read/usage-rows.ts";
import { addSums, type Latency } from "../usage/measures.ts";

const ALWAYS: readonly CounterName[] = [
  "requests",
  "failed_requests",
  "tokens",
  "input_tokens",
  "output_tokens",
  "cost",
];
const CACHE: readonly CounterName[] = ["cache_hits", "cache_misses", "cached_tokens"];

/** Adds what a row holds to sums as the metrics name them. */
export function addRow(into: Sums, row: LedgerSums): void {
  addSums(into, { ...zeroSums(), ...numbersOf(row) });
}

/** The counters that a rollup holds; of the others nothing is known. */
export function countersKnown(holdsCache: boolean): ReadonlySet<CounterName> {
  return new Set([...ALWAYS, ...(holdsCache ? CACHE : [])]);
}

/** What the durations of some groups come to, in milliseconds; null where no rollup holds them or nothing succeeded. */
export function latencyOf(groups: readonly (Durations | undefined)[]): Latency {
  const latency = new LogSketch();
  const firstToken = new LogSketch();
  for (const group of groups) {
    if (group) latency.merge(group.latency);
    if (group) firstToken.merge(group.firstToken);
  }
  return {
    avg_latency_ms: rounded(latency.sum / latency.count),
    p50_latency_ms: rounded(latency.quantile(0.5)),
    p95_latency_ms: rounded(latency.quantile(0.95)),
    p99_latency_ms: rounded(latency.quantile(0.99)),
    avg_ttft_ms: rounded(firstToken.sum / firstToken.count),
    p50_ttft_ms: rounded(firstToken.quantile(0.5)),
    p95_ttft_ms: rounded(firstToken.quantile(0.95)),
  };
}

/** Of nothing there is neither a mean nor a quantile. */
function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value);
}

function numbersOf(row: LedgerSums) {
  const { requests, failed_requests, tokens, input_tokens, output_tokens, cost } = row;
  const { cache_hits, cache_misses, cached_tokens } = row;
  return {
    ...{ requests, failed_requests, tokens, input_tokens, output_tokens, cost },
    ...{ cache_hits, cache_misses, cached_tokens },
  };
}
