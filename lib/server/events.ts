/** Calls a function again and again; gives what ends that. */
export type Every = (ms: number, run: () => void) => () => void;

const LOOK_EVERY_MS = 1000;
/** Shorter than the server's idle timeout and than that of the usual reverse proxies. */
const HEARTBEAT_EVERY_MS = 15_000;
const MOST_CLIENTS = 64;
/** A client that has taken none of so many chunks is gone. */
const MOST_UNTAKEN = 16;
const ANSWER = "event: answer\ndata: {}\n\n";
const HEARTBEAT = ": still here\n\n";

/** Tells clients when there are new answers, as server-sent events. */
export type Events = {
  /** A stream of events for one more client, or undefined where there are too many or the server is about to stop. */
  open(): ReadableStream<Uint8Array> | undefined;
};

/**
 * Makes the events of one app. `version` changes when an answer may have changed; it is looked at once a second while
 * anybody listens, which also sees what other processes write. The signal ends every stream.
 */
export function createEvents(options: {
  readonly version: () => string;
  readonly every: Every;
  readonly signal: AbortSignal;
}): Events {
  const { version, every, signal } = options;
  const clients = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();
  let told = "";
  let silentMs = 0;
  let stopLooking: (() => void) | undefined;

  const leave = (client: ReadableStreamDefaultController<Uint8Array>): void => {
    clients.delete(client);
    if (clients.size > 0) return;
    stopLooking?.();
    stopLooking = undefined;
  };

  const tell = (text: string): void => {
    silentMs = 0;
    for (const client of [...clients]) {
      client.enqueue(encoder.encode(text));
      if ((client.desiredSize ?? 0) > -MOST_UNTAKEN) continue;
      leave(client);
      client.close();
    }
  };

  const look = (): void => {
    silentMs += LOOK_EVERY_MS;
    const current = version();
    if (current !== told) {
      told = current;
      tell(ANSWER);
    } else if (silentMs >= HEARTBEAT_EVERY_MS) tell(HEARTBEAT);
  };

  signal.addEventListener("abort", () => {
    for (const client of [...clients]) {
      leave(client);
      client.close();
    }
  });

  return {
    open() {
      if (signal.aborted || clients.size >= MOST_CLIENTS) return undefined;
      let self: ReadableStreamDefaultController<Uint8Array> | undefined;
      return new ReadableStream({
        start(client) {
          self = client;
          clients.add(client);
          client.enqueue(encoder.encode(ANSWER));
          if (stopLooking) return;
          told = version();
          stopLooking = every(LOOK_EVERY_MS, look);
        },
        cancel() {
          if (self) leave(self);
        },
      });
    },
  };
}
