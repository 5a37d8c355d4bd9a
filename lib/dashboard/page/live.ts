import { authorization } from "./api.ts";
import { readEvents } from "./event-stream.ts";

/** Between two looks where there are no events. */
const POLL_MS = 15_000;
/** Until events are tried again after they broke off. */
const FIRST_RETRY_MS = 1000;

/** Says when to ask again: at the server's events, or now and then where they do not come. */
export type Live = {
  /** Begins anew, with another key. */
  restart(): void;
  /** Listens no more. */
  stop(): void;
};

/** Listens for the server's events by `fetch`, which sends the key as a header; `EventSource` cannot. */
export function startLive(key: () => string | undefined, onAnswer: () => void): Live {
  let current: AbortController | undefined;
  let retryMs = FIRST_RETRY_MS;

  const listen = async (stop: AbortController): Promise<void> => {
    try {
      const response = await fetch("api/v1/events", { headers: authorization(key()), signal: stop.signal });
      if (!response.ok || !response.body) return;
      await readEvents(response.body, (name) => {
        retryMs = FIRST_RETRY_MS;
        if (name === "answer") onAnswer();
      });
    } catch {
      // A stream that broke off is tried again below, like one that ended.
    }
  };

  const run = async (stop: AbortController): Promise<void> => {
    while (!stop.signal.aborted) {
      await listen(stop);
      if (stop.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      retryMs = Math.min(POLL_MS, retryMs * 2);
      if (!stop.signal.aborted) onAnswer();
    }
  };

  const restart = (): void => {
    current?.abort();
    current = new AbortController();
    void run(current);
  };
  restart();
  return { restart, stop: () => current?.abort() };
}
