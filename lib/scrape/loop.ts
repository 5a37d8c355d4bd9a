/** What a loop needs from the outside. `sleep` ends early, without an error, when the signal is aborted. */
export type LoopDeps = {
  readonly intervalMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Runs a job at once and then on a fixed grid of intervals until the signal is aborted. A job that takes longer than an
 * interval makes the loop skip moments of the grid; jobs never overlap. A clock that jumps begins a new grid.
 */
export async function runLoop(job: () => Promise<void>, deps: LoopDeps): Promise<void> {
  const { intervalMs, now, sleep, signal } = deps;
  let next = now();
  while (!signal.aborted) {
    await job();
    const at = now();
    next += Math.max(1, Math.ceil((at - next) / intervalMs)) * intervalMs;
    if (next - at > intervalMs) next = at + intervalMs;
    await sleep(next - at, signal);
  }
}
