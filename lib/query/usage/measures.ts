import { COMPUTED, COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import type { Sums } from "../../store/read/usage-rows.ts";
import { cleanNumber } from "../clean-number.ts";

type ComputedName = (typeof COMPUTED)[number]["name"];

/** Every counter and what is computed from them; null where LiteLLM has never shown the metric. */
export type Measures = { readonly [C in CounterName | ComputedName]: number | null };

/** What the ledger knows of how long successful requests took, whole and until the first token of those streamed. */
export const LATENCIES = [
  "avg_latency_ms",
  "p50_latency_ms",
  "p95_latency_ms",
  "p99_latency_ms",
  "avg_ttft_ms",
  "p50_ttft_ms",
  "p95_ttft_ms",
] as const;

/** In milliseconds; null where no rollup holds it. Of the ledger only. */
export type Latency = { readonly [L in (typeof LATENCIES)[number]]?: number | null };

/** Sums as an answer shows them. `known` are the counters that LiteLLM has shown. */
export function measuresOf(sums: Sums | undefined, known: ReadonlySet<CounterName>): Measures {
  const shown = COUNTERS.map((counter) => [counter, known.has(counter) ? cleanNumber(sums?.[counter] ?? 0) : null]);
  const computed = COMPUTED.map(({ name, numerator, denominator, factor }) => {
    if (!known.has(numerator) || !known.has(denominator)) return [name, null];
    return [name, ratio(sums?.[numerator] ?? 0, sums?.[denominator] ?? 0, factor)];
  });
  return Object.fromEntries([...shown, ...computed]);
}

/** The measures of a stretch of time of which nothing was observed. */
export function noMeasures(): Measures {
  return measuresOf(undefined, new Set());
}

/** A share of a whole in parts of `factor`, at two decimals; 0 where the whole is nothing. */
export function ratio(part: number, whole: number, factor: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * factor * 100) / 100;
}

/** Adds sums to sums, in place. */
export function addSums(into: Sums, sums: Sums, weight = 1): Sums {
  for (const counter of COUNTERS) into[counter] += sums[counter] * weight;
  return into;
}
