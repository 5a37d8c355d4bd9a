import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { type ObservedRun, runsIn } from "../store/observed.ts";

/** What part of a window the numbers rest on (DESIGN, accounting rule 10); `from` and `to` are null where none. */
export type Coverage = {
  readonly from: string | null;
  readonly to: string | null;
  /** Time between two good pages of one target, over the elapsed part of the window. */
  readonly observed_ratio: number;
  /** Time in intervals over two minutes, over the elapsed part of the window. */
  readonly estimated_ratio: number;
};

/** The coverage of the elapsed part of a window. */
export function coverageOf(db: Database, elapsed: Window, zone: Zone): Coverage {
  const runs = runsIn(db, elapsed.from, elapsed.to).map((run) => clip(run, elapsed));
  const length = elapsed.to - elapsed.from;
  const first = runs[0];
  if (length <= 0 || !first) return { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 };
  const observed = unionLength(runs);
  const plain = unionLength(runs.filter((run) => !run.isEstimated));
  const last = Math.max(...runs.map((run) => run.toAt));
  return {
    from: isoIn(first.fromAt, zone),
    to: isoIn(last, zone),
    observed_ratio: roundRatio(observed / length),
    estimated_ratio: roundRatio((observed - plain) / length),
  };
}

/** The observed time of a window in milliseconds. */
export function observedMs(db: Database, window: Window): number {
  return unionLength(runsIn(db, window.from, window.to).map((run) => clip(run, window)));
}

function clip(run: ObservedRun, window: Window): ObservedRun {
  return { ...run, fromAt: Math.max(run.fromAt, window.from), toAt: Math.min(run.toAt, window.to) };
}

/** The time that at least one of the runs, which are sorted by their beginning, covers. */
function unionLength(runs: readonly ObservedRun[]): number {
  let covered = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { fromAt, toAt } of runs) {
    if (toAt <= reached) continue;
    covered += toAt - Math.max(fromAt, reached);
    reached = toAt;
  }
  return covered;
}

function roundRatio(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000;
}
