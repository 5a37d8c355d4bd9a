import { syncLine, syncWarnings } from "./describe-sync.ts";
import { type OpenedSession, openSession } from "./ledger-session.ts";
import { createSleeper } from "./sleeper.ts";
import { createSyncProgress } from "./sync-progress.ts";
import type { SyncSettings } from "./sync-settings.ts";

/** What the worker is told: to begin, once, to read the source now rather than at its next turn, and to end. */
export type FollowOrder =
  | { readonly kind: "follow"; readonly settings: SyncSettings; readonly intervalMs: number }
  | { readonly kind: "refresh" }
  | { readonly kind: "stop" };

/** The worker reports the progress of a run at most this often. */
const STEP_EVERY_MS = 500;

/** What the worker says: lines for the log, how its runs go (UTC milliseconds), and that it has ended. */
export type FollowNews =
  | { readonly kind: "line"; readonly level: "debug" | "info" | "warning" | "error"; readonly message: string }
  | { readonly kind: "step"; readonly at: number }
  | { readonly kind: "good"; readonly at: number; readonly tookMs: number; readonly late: number }
  | { readonly kind: "failed"; readonly message: string }
  /** Another process reads the source into the ledger; this one stands by. */
  | { readonly kind: "waiting" }
  | { readonly kind: "ended" };

/** The worker in which `serve` follows a source, so that neither scrapes nor answers wait; `say` reaches the server. */
export function createFollowWorker(say: (news: FollowNews) => void): (order: FollowOrder) => void {
  const stop = new AbortController();
  const sleeper = createSleeper();
  return (order) => {
    switch (order.kind) {
      case "follow": {
        const rest = () => sleeper.sleep(order.intervalMs, stop.signal);
        return void follow(order.settings, rest, stop.signal, say).finally(() => say({ kind: "ended" }));
      }
      case "refresh":
        return sleeper.wake();
      case "stop":
        return stop.abort();
      default:
        order satisfies never;
    }
  };
}

async function follow(
  settings: SyncSettings,
  rest: () => Promise<void>,
  signal: AbortSignal,
  say: (news: FollowNews) => void,
): Promise<void> {
  const line = (level: "debug" | "info" | "warning" | "error", message: string) =>
    say({ kind: "line", level, message });
  let opened: OpenedSession | undefined;
  let trouble: string | undefined;
  const onWait = (message: string) => {
    line("info", message);
    say({ kind: "waiting" });
  };
  const manner = { isFollowing: true, now: Date.now, onWait };
  const fail = (message: string) => {
    // The same trouble is told once.
    line(message === trouble ? "debug" : "error", message);
    trouble = message;
    say({ kind: "failed", message });
  };
  const runOnce = async (): Promise<void> => {
    if (opened?.kind !== "open") opened = await openSession(settings, manner);
    if (opened.kind === "failed") {
      fail(opened.message);
      return;
    }
    let startedAt = Date.now();
    const log = (message: string) => line("info", message);
    const progress = createSyncProgress({ isTerminal: false, now: Date.now, write: log, log });
    let toldAt = 0;
    const onStep: typeof progress.step = (step, estimatedRows) => {
      progress.step(step, estimatedRows);
      const at = Date.now();
      if (Math.abs(at - toldAt) < STEP_EVERY_MS) return;
      toldAt = at;
      say({ kind: "step", at });
    };
    const onBegin = () => {
      startedAt = Date.now();
      progress.begin();
    };
    const outcome = await opened.run({ signal, onStep, onBegin });
    if (outcome.kind === "ledger" || outcome.kind === "failed") fail(outcome.failure.message);
    if (outcome.kind === "ledger") {
      // What SQLite has found out about a disk may stay with the connection when its cause is gone.
      await opened.close();
      opened = undefined;
    }
    if (outcome.kind !== "done") return;
    if (trouble !== undefined) line("info", "The ledger follows its source again");
    trouble = undefined;
    const at = Date.now();
    say({ kind: "good", at, tookMs: Math.max(0, at - startedAt), late: outcome.tally.late });
    for (const warning of syncWarnings(outcome.table, outcome.tally)) line("warning", warning);
    const isNews = outcome.tally.counted > 0;
    line(isNews ? "info" : "debug", syncLine(outcome.table, outcome.tally, Date.now() - startedAt));
  };
  while (!signal.aborted) {
    try {
      await runOnce();
    } catch (error) {
      fail(`Cannot follow the ledger's source: ${error instanceof Error ? error.message : error}`);
    }
    await rest();
  }
  if (opened?.kind === "open") await opened.close();
}
