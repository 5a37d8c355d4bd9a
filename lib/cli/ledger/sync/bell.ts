import { sleepUntilAborted } from "../../sleep.ts";

/** Wakes a loop that rests between its rounds. */
export type Bell = {
  /** Ends the rest; in the middle of a round there is no rest after it. */
  ring(): void;
  /** Rests so long, until the bell rings or the signal is aborted. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
};

/** Makes a bell; rings between two rests count as one. */
export function createBell(): Bell {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    async rest(ms, signal) {
      await sleepUntilAborted(ms, AbortSignal.any([signal, rung.signal]));
      if (rung.signal.aborted) rung = new AbortController();
    },
  };
}
