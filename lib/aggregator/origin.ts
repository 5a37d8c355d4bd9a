/**
 * When a counter began (accounting rules): by its own `_created` sample, else by the page's
 * `process_start_time_seconds`, else unknown. `seconds` is the number on the page, on LiteLLM's clock.
 */
export type Origin =
  | { readonly kind: "created"; readonly seconds: number }
  | { readonly kind: "process"; readonly seconds: number }
  | { readonly kind: "unknown" };

/** The origin's moment in UTC milliseconds of LiteLLM's clock; undefined where it is unknown. */
export function originAt(origin: Origin): number | undefined {
  return origin.kind === "unknown" ? undefined : origin.seconds * 1000;
}
