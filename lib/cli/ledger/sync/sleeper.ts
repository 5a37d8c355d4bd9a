import { sleepUntilAborted } from "../../sleep.ts";

/** What a loop sleeps by between its rounds, so that it can be woken. */
export type Sleeper = {
  /** Ends the sleep; in the middle of a round, the sleep after it does not begin. */
  wake(): void;
  /** Sleeps so long, until it is woken or the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/** Makes one; waking it several times between two sleeps is as waking it once. */
export function createSleeper(): Sleeper {
  let woken = new AbortController();
  return {
    wake: () => woken.abort(),
    async sleep(ms, signal) {
      await sleepUntilAborted(ms, AbortSignal.any([signal, woken.signal]));
      if (woken.signal.aborted) woken = new AbortController();
    },
  };
}
