import type { Database } from "bun:sqlite";
import type { TurnSample } from "../aggregator/turns.ts";
import type { MatchedPage } from "./match-series.ts";
import { markAbsent, restartAbsent, type SeriesState } from "./series.ts";

/** A matched page and when it was read. */
type Absences = MatchedPage & { readonly at: number };

/**
 * Notes which series of the page's process are not on it. One whose name is not among the mapped ones (ids of names) is
 * not judged absent.
 */
export function noteAbsences(db: Database, page: Absences, mapped: ReadonlySet<number>): void {
  const { process, at } = page;
  if (!process) return;
  for (const state of absentStates(page)) {
    const isJudged = mapped.has(state.name) && state.absentSince === undefined;
    if (!isJudged && state.lastSeenAt !== undefined) continue;
    markAbsent(db, state.id, state.lastSeenAt ?? process.lastPageAt, mapped.has(state.name) ? at : undefined);
  }
}

/**
 * A page that names no process and is a restart ended the series that are not on it, too: they count from zero, and from
 * this page on, when they come back. Gives what fell by that, in case it was no restart but another worker.
 */
export function restartAbsences(db: Database, page: Absences): TurnSample[] {
  return absentStates(page).flatMap(({ id, value, hasCreated }) => {
    if (hasCreated || value === undefined) return [];
    restartAbsent(db, id, page.at);
    return value === 0 ? [] : [{ series: id, value: 0, last: value }];
  });
}

/**
 * The requests of the newest page that had any, on the first page that has some again, nothing where a series is still
 * missing: a process that was only hidden by a page of something else shows all of them. Empty on any other page.
 */
export function requestsAfterNone({
  states,
  matched,
}: Pick<MatchedPage, "states" | "matched">): { last: number; value: number }[] {
  const requests = matched.filter(({ observation }) => observation.counter === "requests");
  const names = new Set(requests.map(({ observation }) => observation.name));
  const before = states.all.filter(({ name, hasCreated }) => names.has(name) && !hasCreated);
  if (before.some(({ lastSeenAt }) => lastSeenAt === undefined)) return [];
  const newest = Math.max(...before.map(({ lastSeenAt }) => lastSeenAt ?? 0));
  const values = new Map(requests.map(({ known, observation }) => [known?.id, observation.value]));
  return before
    .filter(({ lastSeenAt }) => lastSeenAt === newest)
    .map(({ id, value }) => ({ last: value ?? 0, value: values.get(id) ?? 0 }));
}

function absentStates({ states, matched }: Absences): SeriesState[] {
  const present = new Set(matched.map(({ known }) => known?.id));
  return states.all.filter(({ id }) => !present.has(id));
}
