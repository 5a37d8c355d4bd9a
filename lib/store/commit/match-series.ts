import type { Database } from "bun:sqlite";
import { couldBe, identifyProcess } from "../../aggregator/process.ts";
import type { Process } from "../tables/processes.ts";
import { ownersOfSeries, processesWithCreated, type SeriesState, seriesOfProcess } from "../tables/series.ts";
import { KnownSeries } from "./known-series.ts";
import type { Observation } from "./observations.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

/** An observation of a page with what is known of its series. */
export type Matched = { readonly observation: Observation; readonly known: SeriesState | undefined };

/** Who answered a page (undefined: a new process), the series of the page, and those of the process that are not on it. */
export type MatchedPage = {
  readonly process: Process | undefined;
  readonly matched: readonly Matched[];
  readonly absent: readonly SeriesState[];
};

/**
 * What the page says that is to be matched: `names` are the ids of the names that it was read under, `skewMs` our clock
 * minus LiteLLM's.
 */
type PageToMatch = {
  readonly startSeconds: number | undefined;
  readonly observations: readonly Observation[];
  readonly names: readonly number[];
  readonly skewMs: number;
};

/** Whoever owns so many series of a page more than any other process has answered it. */
const PROOF = 2;

/** Finds out which process of a target answered a page, and which of the page's series are known. */
export function* matchPage(
  db: Database,
  target: number,
  page: PageToMatch,
  processes: readonly Process[],
): Steps<MatchedPage> {
  const { startSeconds, observations, names } = page;
  const possible = new Set(processes.filter((process) => couldBe(process, startSeconds)).map(({ id }) => id));
  const owners = yield* likelyOwners(db, target, observations, possible);
  // Where a page has series without `_created`, one that was known may only have lost that line.
  const isTelling = owners.size === 0 && observations.every(({ origin }) => origin.kind === "created");
  const lacking = new Set(isTelling ? processesWithCreated(db, target, names) : []);
  const answering = identifyProcess({ startSeconds, owners, lacking }, processes);
  const process = processes.find(({ id }) => id === answering?.id);
  const states = new KnownSeries();
  if (process) yield* forEachInSteps(seriesOfProcess(db, process.id), (state) => states.add(state));
  const matched: Matched[] = [];
  const present = new Set<number>();
  yield* forEachInSteps(observations, (observation) => {
    const known = states.find(observation) ?? sameCounter(states, process, observation, page.skewMs);
    matched.push({ observation, known });
    if (known) present.add(known.id);
  });
  return { process, matched, absent: states.all.filter(({ id }) => !present.has(id)) };
}

/**
 * Of the processes that could have answered those that own most of the series with `_created`, as far as one is ahead.
 * A double tells moments of this century apart to a quarter of a microsecond, so that workers with thousands of series may
 * share a `_created`: one series is no proof.
 */
function* likelyOwners(
  db: Database,
  target: number,
  observations: readonly Observation[],
  possible: ReadonlySet<number>,
): Steps<ReadonlySet<number>> {
  const owned = new Map<number, number>();
  // A target of which no process is known has no series yet, so that thousands need not be asked for.
  for (const observation of possible.size > 0 ? observations : []) {
    if (observation.origin.kind !== "created") continue;
    for (const process of ownersOfSeries(db, target, observation)) {
      if (possible.has(process)) owned.set(process, (owned.get(process) ?? 0) + 1);
    }
    const [most = 0, others = 0] = [...owned.values()].toSorted((a, b) => b - a);
    if (most - others >= PROOF) break;
    yield;
  }
  const most = Math.max(...owned.values());
  return new Set([...owned].filter(([, count]) => count === most).map(([process]) => process));
}

/**
 * A series of the process under another kind of origin: its `_created` line is missing on this page, or is there for the
 * first time. A `_created` from after the series was last seen is a new series.
 */
function sameCounter(
  states: KnownSeries,
  process: Process | undefined,
  { name, labels, origin }: Observation,
  skewMs: number,
): SeriesState | undefined {
  if (!process) return undefined;
  const state = newest(states.ofCounter(name, labels));
  if (!state || (state.originKind === "created") === (origin.kind === "created")) return undefined;
  if (origin.kind !== "created") return state;
  return origin.seconds * 1000 + skewMs <= (state.lastSeenAt ?? process.lastPageAt) ? state : undefined;
}

/** The series that was seen last, of several that followed each other. */
function newest(states: readonly SeriesState[]): SeriesState | undefined {
  const seenAt = (state: SeriesState) => state.lastSeenAt ?? Number.POSITIVE_INFINITY;
  return states.reduce<SeriesState | undefined>(
    (other, state) => (other === undefined || seenAt(state) >= seenAt(other) ? state : other),
    undefined,
  );
}
