import type { FollowNews, FollowOrder } from "./follow-worker.ts";
import type { SyncSettings } from "./ledger-session.ts";
import type { Logger } from "./logger.ts";

/** How long the page that is being folded may take at a stop. */
const GRACE_MS = 3000;

/** A source that is followed in a worker. */
export type Following = { stop(): Promise<void> };

/** Starts to follow a source in a worker of its own; what it has to say goes to the log. */
export function startFollowing(settings: SyncSettings, intervalMs: number, log: Logger): Following {
  const worker = new Worker(workerUrl());
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  worker.onmessage = ({ data }: MessageEvent<FollowNews>) => {
    if (data.kind === "ended") end();
    else log[data.level](data.message);
  };
  worker.onerror = ({ message }) => {
    log.error(`Following the ledger's source met a bug: ${message}`);
    end();
  };
  const order = (one: FollowOrder) => worker.postMessage(one);
  order({ kind: "follow", settings, intervalMs });
  return {
    async stop() {
      order({ kind: "stop" });
      await Promise.race([ended, Bun.sleep(GRACE_MS)]);
      worker.terminate();
    },
  };
}

/** The worker's file: in the compiled program a second entry beside the first, else the source. */
function workerUrl(): string {
  const isCompiled = import.meta.url.startsWith("file:///$bunfs/") || import.meta.url.includes("~BUN");
  return new URL(isCompiled ? "./ledger-worker.js" : "../../bin/ledger-worker.ts", import.meta.url).href;
}
