import type { Health } from "./health.ts";

/** Good runs may be this many intervals old, and as long as the last one took. */
const STALE_AFTER_INTERVALS = 3;

/** How following the ledger's source goes in this process. Instants are UTC milliseconds. */
export type FollowState = {
  readonly intervalMs: number;
  /** When the newest good run ended; undefined before the first. */
  readonly lastGoodAt: number | undefined;
  /** How long that run took. */
  readonly lastRunMs: number | undefined;
  /** When the run that is under way last got on. */
  readonly lastStepAt: number | undefined;
  /** Whether another process reads the source into the ledger, and this one stands by. */
  readonly isWaiting: boolean;
  /** Why the last run failed; undefined while all is well. */
  readonly error: string | undefined;
  readonly goodRuns: number;
  readonly failedRuns: number;
  /** Records that came after younger ones had been read. */
  readonly lateRecords: number;
};

/** What is known of following before its first run. */
export function newFollowState(intervalMs: number): FollowState {
  return {
    intervalMs,
    lastGoodAt: undefined,
    lastRunMs: undefined,
    lastStepAt: undefined,
    isWaiting: false,
    error: undefined,
    goodRuns: 0,
    failedRuns: 0,
    lateRecords: 0,
  };
}

/**
 * Judges how following goes: by the newest good run, or by the one under way as long as it gets on; who stands by is
 * well.
 */
export function readFollowHealth(state: FollowState, now: number): Health {
  const { lastGoodAt, lastStepAt, error, intervalMs } = state;
  if (state.isWaiting) return { status: "ok", notes: ["Another litellm-pulse follows the ledger's source"] };
  const longest = STALE_AFTER_INTERVALS * intervalMs + (state.lastRunMs ?? 0);
  const because = error === undefined ? "" : `: ${error}`;
  if (lastGoodAt === undefined) {
    const isUnderWay = lastStepAt !== undefined && error === undefined;
    const reason = isUnderWay
      ? "The first run over the ledger's source is under way"
      : "No good run over the ledger's source yet";
    return { status: "starting", reason: `${reason}${because}` };
  }
  const age = now - Math.max(lastGoodAt, error === undefined ? (lastStepAt ?? 0) : 0);
  // After the clock was set back the next good run is dated right again.
  if (age <= longest && (age >= -longest || error === undefined)) {
    return error === undefined ? { status: "ok" } : { status: "ok", notes: [error] };
  }
  const seconds = Math.round(Math.abs(age) / 1000);
  const howFar = age < 0 ? `dated ${seconds} s ahead of the clock` : `${seconds} s old`;
  return { status: "stale", reason: `The newest good run over the ledger's source is ${howFar}${because}` };
}

/** Several judgements as one: the first that is not ok gives the status, every reason and note is told. */
export function allHealthy(judged: readonly Health[]): Health {
  const status = judged.find((one) => one.status !== "ok")?.status ?? "ok";
  const reasons = judged.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const notes = judged.flatMap((one) => one.notes ?? []);
  return {
    status,
    ...(reasons.length > 0 ? { reason: reasons.join("; ") } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}
