import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { newestPageAt } from "../store/read/state.ts";
import { sourcesOf } from "../store/read/usage-rows.ts";
import { type ObservedRun, runsIn } from "../store/tables/observed.ts";
import { restartsIn } from "../store/tables/snapshots.ts";
import { inOneView } from "./one-view.ts";
import { askedWindow, elapsedOf } from "./question/asked-window.ts";
import type { Span } from "./question/usage-question.ts";
import { type Coverage, clip, coverageOf } from "./usage/coverage.ts";

/** How many of its newest entries a list shows. */
const MOST_ENTRIES = 500;

/** A stretch of time, `from` inclusive, `to` exclusive. */
type Stretch = { readonly from: string; readonly to: string };

/**
 * The body of `GET /api/v1/coverage`: what part of a window was observed, and when it was not. Lists are in time's
 * order.
 */
export type CoverageAnswer = {
  readonly schema_version: 1;
  readonly period: Stretch & { readonly name: string; readonly timezone: string };
  readonly coverage: Coverage;
  /** Stretches of the elapsed part of which nothing is known. */
  readonly gaps: readonly Stretch[];
  /** Stretches in which two good pages lay more than two minutes apart, so that amounts were spread over them. */
  readonly estimated: readonly Stretch[];
  /** When restarts of LiteLLM were seen, as far back as snapshots are kept. */
  readonly restarts: readonly string[];
  /** Whether a list holds no more than its newest 500 entries. */
  readonly truncated: boolean;
};

/** Answers what part of a stretch of time the numbers rest on. */
export function answerCoverage(db: Database, span: Span, now: number, zone: Zone): CoverageAnswer {
  return inOneView(db, () => {
    const newest = newestPageAt(db);
    const { name, window: asked } = askedWindow(span, now, newest ?? now, zone);
    const { window } = sourcesOf(db, asked, zone);
    const { elapsed, seen } = elapsedOf(window, newest);
    const runs = runsIn(db, elapsed.from, elapsed.to).map((run) => clip(run, elapsed));
    const gaps = gapsOf(runs, elapsed);
    const estimated = runs
      .filter(({ isEstimated }) => isEstimated)
      .map(({ fromAt, toAt }) => ({ from: fromAt, to: toAt }));
    const restarts = restartsIn(db, seen.from, seen.to, MOST_ENTRIES + 1).reverse();
    const text = ({ from, to }: Window): Stretch => ({ from: isoIn(from, zone), to: isoIn(to, zone) });
    return {
      schema_version: 1,
      period: { name, ...text(elapsed), timezone: zone.name },
      coverage: coverageOf(db, elapsed, seen, zone),
      gaps: gaps.slice(-MOST_ENTRIES).map(text),
      estimated: estimated.slice(-MOST_ENTRIES).map(text),
      restarts: restarts.slice(-MOST_ENTRIES).map((at) => isoIn(at, zone)),
      truncated: [gaps, estimated, restarts].some(({ length }) => length > MOST_ENTRIES),
    };
  });
}

/** What the runs, which are sorted by their beginning, leave uncovered of a window. */
function gapsOf(runs: readonly ObservedRun[], { from, to }: Window): Window[] {
  const gaps: Window[] = [];
  let reached = from;
  for (const { fromAt, toAt } of runs) {
    if (fromAt > reached) gaps.push({ from: reached, to: fromAt });
    reached = Math.max(reached, toAt);
  }
  if (reached < to) gaps.push({ from: reached, to });
  return gaps;
}
