import type { RunStep } from "../../../ledger/sync/run.ts";
import { countText } from "../../../report/count-text.ts";

const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 5000;
/** A run that ends sooner needs no progress. */
const QUIET_MS = 1000;

/** Shows how far a run is: one line that is written over on a terminal, a plain line now and then in a log. */
export type SyncProgress = {
  /** The run begins now, and not when this was made. */
  begin(): void;
  step(step: RunStep, estimatedRows: number): void;
  /** Takes the line off the terminal. */
  end(): void;
};

/** Makes it; `write` gets texts for a terminal, `log` whole lines. */
export function createSyncProgress(options: {
  readonly isTerminal: boolean;
  readonly now: () => number;
  readonly write: (text: string) => void;
  readonly log: (line: string) => void;
}): SyncProgress {
  const { isTerminal, now, write, log } = options;
  const quietFrom = (at: number) => at + QUIET_MS - (isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  let startedAt = now();
  let shownAt = quietFrom(startedAt);
  let isShown = false;
  return {
    begin() {
      startedAt = now();
      shownAt = quietFrom(startedAt);
    },
    step(step, estimatedRows) {
      const at = now();
      if (at - shownAt < (isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
      shownAt = at;
      const line = progressLine(step, estimatedRows, at - startedAt);
      if (!isTerminal) {
        log(line);
        return;
      }
      isShown = true;
      write(`\r\u001b[K${line}`);
    },
    end() {
      if (isShown) write("\r\u001b[K");
      isShown = false;
    },
  };
}

/** Rows, rows a second, share and time left. */
export function progressLine(step: RunStep, estimatedRows: number, elapsedMs: number): string {
  const perSecond = (step.rows / Math.max(1, elapsedMs)) * 1000;
  const share = shareOf(step, estimatedRows);
  const rate = `${countText(step.rows)} rows, ${countText(Math.round(perSecond))} rows/s`;
  if (share === undefined) return rate;
  const leftSeconds = Math.ceil((elapsedMs / 1000) * (1 / share - 1));
  const left = leftSeconds < 90 ? `${leftSeconds} s` : `${Math.ceil(leftSeconds / 60)} min`;
  return `${rate}, ${Math.floor(share * 100)} %, ${left} left`;
}

/** By the planner's estimate of the rows, else by the days that are done; undefined while neither says anything. */
function shareOf({ rows, days, daysDone }: RunStep, estimatedRows: number): number | undefined {
  const byRows = estimatedRows > 0 && rows <= estimatedRows ? rows / estimatedRows : 0;
  const share = byRows > 0 ? byRows : days > 0 ? daysDone / days : 0;
  return share > 0 ? Math.min(share, 0.99) : undefined;
}
