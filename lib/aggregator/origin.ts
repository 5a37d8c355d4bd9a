/**
 * When a counter began (accounting rules): by its own `_created` sample, else by the page's
 * `process_start_time_seconds`, else unknown. `seconds` is the number on the page, on LiteLLM's clock.
 */
export type Origin =
  | { readonly kind: "created"; readonly seconds: number }
  | { readonly kind: "process"; readonly seconds: number }
  | { readonly kind: "unknown" };

/**
 * Since when a counter can have counted, in UTC milliseconds of LiteLLM's clock: since its origin, and not before its
 * process began (`processBeganAt`, undefined where the page does not say). Undefined where the origin is unknown.
 */
export function beganAt(origin: Origin, processBeganAt: number | undefined): number | undefined {
  if (origin.kind === "unknown") return undefined;
  return Math.max(origin.seconds * 1000, processBeganAt ?? 0);
}
