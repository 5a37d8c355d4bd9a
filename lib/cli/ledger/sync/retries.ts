import type { Logger } from "../../logger.ts";
import { sleepUntilAborted } from "../../sleep.ts";

/** How long something that is away is waited for. */
const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** Decides whether something that is away is tried again, and waits between the tries, longer each time. */
export type Retries = {
  /** It is there: the minute that it may be away begins anew. */
  renew(): void;
  /** Tells what came and waits; false, at once, where the minute is over. A wait ends early when the signal is aborted. */
  wait(trouble: string): Promise<boolean>;
};

/** Begins the minute. */
export function createRetries(now: () => number, log: Logger, signal: AbortSignal): Retries {
  let thereAt = now();
  let waitMs = FIRST_WAIT_MS;
  return {
    renew() {
      thereAt = now();
      waitMs = FIRST_WAIT_MS;
    },
    async wait(trouble) {
      if (now() - thereAt + waitMs > PATIENCE_MS) return false;
      log.warning(`${trouble}; trying again in ${waitMs / 1000} s`);
      await sleepUntilAborted(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      return true;
    },
  };
}
