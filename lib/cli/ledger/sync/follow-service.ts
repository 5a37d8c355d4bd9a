import { type FollowState, newFollowState } from "../../../query/health/follow-health.ts";
import type { Logger } from "../../logger.ts";
import { workerUrl } from "../worker-url.ts";
import type { FollowNews, FollowOrder } from "./follow-worker.ts";
import type { SyncSettings } from "./sync-settings.ts";

/** How long the page that is being folded may take at a stop. */
const GRACE_MS = 3000;

/** A source that is followed in a worker. */
export type Following = {
  readonly state: () => FollowState;
  start(): void;
  /** Asks for a run now; during a run, for one more after it. */
  refresh(): void;
  stop(): Promise<void>;
};

/** Prepares to follow a source in a worker of its own; what it has to say goes to the log and into the state. */
export function createFollowing(settings: SyncSettings, intervalMs: number, log: Logger): Following {
  let state = newFollowState(intervalMs);
  let worker: Worker | undefined;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const order = (one: FollowOrder) => worker?.postMessage(one);
  return {
    state: () => state,
    start() {
      worker = new Worker(workerUrl("ledger-worker"));
      worker.onmessage = ({ data }: MessageEvent<FollowNews>) => {
        if (data.kind === "ended") end();
        else if (data.kind === "line") log[data.level](data.message);
        else state = withNews(state, data);
      };
      worker.onerror = ({ message }) => {
        const error = `Following the ledger's source met a bug: ${message}`;
        log.error(error);
        state = { ...state, error };
        end();
      };
      order({ kind: "follow", settings, intervalMs });
    },
    refresh: () => order({ kind: "refresh" }),
    async stop() {
      if (!worker) return;
      order({ kind: "stop" });
      await Promise.race([ended, Bun.sleep(GRACE_MS)]);
      worker.terminate();
    },
  };
}

/** The state after something that the worker said of its runs. */
function withNews(
  state: FollowState,
  news: Extract<FollowNews, { kind: "step" | "good" | "failed" | "waiting" }>,
): FollowState {
  switch (news.kind) {
    case "step":
      return { ...state, lastStepAt: news.at, isWaiting: false };
    case "waiting":
      return { ...state, isWaiting: true, error: undefined };
    case "good": {
      const { at: lastGoodAt, tookMs: lastRunMs } = news;
      const counts = { goodRuns: state.goodRuns + 1, lateRecords: state.lateRecords + news.late };
      return { ...state, ...counts, lastGoodAt, lastRunMs, isWaiting: false, error: undefined };
    }
    case "failed":
      return { ...state, failedRuns: state.failedRuns + 1, isWaiting: false, error: news.message };
    default:
      return news satisfies never;
  }
}
