import { type Failed, failed } from "../failure.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Why a scrape was stopped before its end; undefined while it was not. */
export type Stop = "timed_out" | "stopped" | undefined;

/** One limit for a whole scrape: a signal for everything in it, and why that signal went off. */
export type Deadline = { readonly signal: AbortSignal; readonly why: () => Stop; readonly end: () => void };

/**
 * Starts the time limit of a scrape. `end` must be called when the scrape is over: it stops the timer, lets go of the
 * caller's signal and closes what is still open.
 */
export function startDeadline(timeoutMs: number, stop: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let why: Stop;
  const cut = (reason: Stop) => {
    why ??= reason;
    controller.abort();
  };
  const onStop = () => cut("stopped");
  const timer = setTimeout(() => cut("timed_out"), Math.min(timeoutMs, LONGEST_TIMER_MS));
  if (stop?.aborted) onStop();
  else stop?.addEventListener("abort", onStop, { once: true });
  return {
    signal: controller.signal,
    why: () => why,
    end: () => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", onStop);
      controller.abort();
    },
  };
}

const NEVER_ANSWERS =
  "LiteLLM 1.82 with require_auth_for_metrics_endpoint never answers the right key (fixed in later releases); else raise LITELLM_PULSE_SCRAPE_TIMEOUT";

/**
 * A scrape that was stopped, as a failure. `bytes` is what had come of the page, undefined before the answer's head;
 * a stop by the caller counts as `cut_off`.
 */
export function stopFailure(
  why: Exclude<Stop, undefined>,
  scrape: { readonly tried: string; readonly timeoutMs: number; readonly keySent: boolean; readonly bytes?: number },
): Failed {
  const { tried, bytes } = scrape;
  if (why === "stopped") return failed("cut_off", `${tried} was stopped before its end`);
  const spent = `${tried} timed out after ${scrape.timeoutMs / 1000} s`;
  if (bytes !== undefined) {
    return failed(
      "timed_out",
      `${spent}, with ${bytes} bytes of the page read`,
      "LITELLM_PULSE_SCRAPE_TIMEOUT gives it more time",
    );
  }
  const hint = scrape.keySent
    ? NEVER_ANSWERS
    : "Is LITELLM_PULSE_METRICS_URL right? LITELLM_PULSE_SCRAPE_TIMEOUT gives it more time";
  return failed("timed_out", `${spent} without an answer`, hint);
}
