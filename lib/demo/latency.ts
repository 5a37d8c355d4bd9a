import type { RequestEvent } from "./event.ts";

/** Boundaries of LiteLLM's latency histograms since v1.83.7; `+Inf` comes on top. */
const BOUNDS_18 = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 420, 600];

/** The same before v1.83.7, as recorded. */
const BOUNDS_36 = [
  0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5,
  10, 15, 20, 25, 30, 60, 120, 180, 240, 300,
];

/** prometheus_client's own default, which LiteLLM leaves to the latency per output token. */
export const DEFAULT_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** How many `le` lines a latency histogram has; 0 leaves the histograms empty and the page small. */
export type BucketCount = 0 | 18 | 36;

/** The finite boundaries for a number of `le` lines. */
export function latencyBounds(buckets: BucketCount): readonly number[] {
  return buckets === 36 ? BOUNDS_36 : BOUNDS_18;
}

/** Seconds that a request took in all; made up from its tokens, the same at every call. */
export function totalSeconds(event: RequestEvent): number {
  return round(apiSeconds(event) + overheadSeconds(event));
}

/** Seconds that the provider took; nothing but a lookup for an answer from the cache. */
export function apiSeconds(event: RequestEvent): number {
  if (event.cacheHit === true) return 0.002;
  return round(firstTokenSeconds(event) + event.completionTokens * (0.006 + 0.01 * noise(event, 2)));
}

/** Seconds to the first token. */
export function firstTokenSeconds(event: RequestEvent): number {
  return round(0.15 + event.promptTokens * 0.00004 + 0.4 * noise(event, 1));
}

/** Seconds that LiteLLM added. */
export function overheadSeconds(event: RequestEvent): number {
  return round(0.003 + 0.03 * noise(event, 3));
}

/** Seconds in the queue, with the many digits of a difference of two clocks. */
export function queueSeconds(event: RequestEvent): number {
  return 0.0002 + 0.003 * noise(event, 4);
}

function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function noise(event: RequestEvent, salt: number): number {
  const mixed = Math.sin(((event.at % 1e7) + 1) * (salt + 0.618));
  return mixed * mixed;
}
