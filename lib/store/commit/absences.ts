import type { Database } from "bun:sqlite";
import type { TurnSample } from "../../aggregator/turns.ts";
import { markAbsent, restartAbsent, type SeriesState } from "../tables/series.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

/**
 * Notes which series are absent since a page, or longer, and were on one at `lastSeenAt` at the latest. One whose name is
 * not among the mapped ones (ids of names) is not judged absent.
 */
export function* noteAbsences(
  db: Database,
  absent: readonly SeriesState[],
  {
    at,
    lastSeenAt,
    mapped,
  }: { readonly at: number; readonly lastSeenAt: number; readonly mapped: ReadonlySet<number> },
): Steps<void> {
  yield* forEachInSteps(absent, (state) => {
    const isMapped = mapped.has(state.name);
    const isJudged = isMapped && state.absentSince === undefined;
    if (!isJudged && state.lastSeenAt !== undefined) return;
    markAbsent(db, state.id, state.lastSeenAt ?? lastSeenAt, isMapped ? at : undefined);
  });
}

/**
 * A page that names no process and is a restart ended the series that are not on it, too: they count from zero, and from
 * this page on, when they come back. Gives what fell by that, in case it was no restart but another worker.
 */
export function restartAbsences(db: Database, absent: readonly SeriesState[], at: number): TurnSample[] {
  return absent.flatMap(({ id, value, originKind }) => {
    if (originKind === "created" || value === undefined) return [];
    restartAbsent(db, id, at);
    return value === 0 ? [] : [{ series: id, value: 0, last: value }];
  });
}
