import type { Database } from "bun:sqlite";
import type { TurnSample } from "../../aggregator/turns.ts";
import { markAbsent, restartAbsent, type SeriesState } from "../tables/series.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

/**
 * Notes the series that are not on a page; `lastSeenAt` is the latest time at which they were on one. A series whose name is
 * not among `mapped` (ids of names) is not judged absent.
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
 * A restart on a page that names no process also ends the series that are not on the page: when they come back they count
 * from zero, and from this page on. Returns them as falls, in case another worker answered and nothing restarted.
 */
export function restartAbsences(db: Database, absent: readonly SeriesState[], at: number): TurnSample[] {
  return absent.flatMap(({ id, value, originKind }) => {
    if (originKind === "created" || value === undefined) return [];
    restartAbsent(db, id, at);
    return value === 0 ? [] : [{ series: id, value: 0, last: value }];
  });
}
