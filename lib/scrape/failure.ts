/** Why no page could be had; `not_metrics` is also what the caller gives to a page that is no exposition. */
export type FailureReason =
  | "unreachable"
  | "timed_out"
  | "unauthorized"
  | "http_status"
  | "redirect"
  | "tls"
  | "cut_off"
  | "too_large"
  | "not_metrics"
  | "unreadable";

/** A scrape that came to nothing. No text in it holds the API key or the URL's password. */
export type ScrapeFailure = {
  readonly reason: FailureReason;
  /** One line, sentence case, no final period: what was tried, what came. */
  readonly message: string;
  /** What to do next, with the name of the setting. */
  readonly hint?: string;
};

export type Failed = { readonly kind: "failed"; readonly failure: ScrapeFailure };

/** A failure as the result of a step. */
export function failed(reason: FailureReason, message: string, hint?: string): Failed {
  return { kind: "failed", failure: hint === undefined ? { reason, message } : { reason, message, hint } };
}
