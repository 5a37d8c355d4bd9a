import type { Database } from "bun:sqlite";
import { isoIn } from "../../aggregator/iso.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { type ObservedRun, runsIn } from "../../store/tables/observed.ts";

/** What part of a window the numbers rest on (accounting rule 10); `from` and `to` are null where none. */
export type Coverage = {
  readonly from: string | null;
  readonly to: string | null;
  /** Time between two good pages of one target, over the elapsed part of the window. */
  readonly observed_ratio: number;
  /** Time in intervals over two minutes, over the elapsed part of the window. */
  readonly estimated_ratio: number;
};

/**
 * The coverage of the elapsed part of a window. `seen` is the same part with the instant of its newest good page, so that
 * a first page, before which nothing was observed, still shows as the place where counting begins. A page that was read
 * in the very moment in which the window begins is in it.
 */
export function coverageOf(db: Database, elapsed: Window, seen: Window, zone: Zone): Coverage {
  const runs = runsIn(db, seen.from - 1, seen.to).map((run) => clip(run, elapsed));
  const [first] = runs;
  if (!first) return { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 };
  const length = Math.max(1, elapsed.to - elapsed.from);
  const observed = unionLength(runs);
  const plain = unionLength(runs.filter((run) => !run.isEstimated));
  const last = runs.reduce((latest, run) => Math.max(latest, run.toAt), first.toAt);
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

/** The part of a run that lies in a window. */
export function clip(run: ObservedRun, window: Window): ObservedRun {
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
