import type { Database } from "bun:sqlite";
import { identifyProcess } from "../aggregator/process.ts";
import type { Observation } from "./observations.ts";
import type { Process } from "./processes.ts";
import { findSeries, processesWithCreated, type SeriesState, SeriesStates, seriesOfProcess } from "./series.ts";

/** An observation of a page with what is known of its series. */
export type Matched = { readonly observation: Observation; readonly known: SeriesState | undefined };

/** Who answered a page (undefined: a new process), the series that it had before, and those of the page. */
export type MatchedPage = {
  readonly process: Process | undefined;
  readonly states: SeriesStates;
  readonly matched: readonly Matched[];
};

/** What the page says that is to be matched: `names` are the ids of the names that it was read under, `skewMs` our clock minus LiteLLM's. */
type PageToMatch = {
  readonly startSeconds: number | undefined;
  readonly observations: readonly Observation[];
  readonly names: readonly number[];
  readonly skewMs: number;
};

/** Finds out which process of a target answered a page, and which of the page's series are known. */
export function matchPage(db: Database, target: number, page: PageToMatch, processes: readonly Process[]): MatchedPage {
  const { startSeconds, observations, names } = page;
  const owned = firstOwned(db, target, observations);
  // Series without `_created` tell nothing, so those with it may only have lost that line.
  const isTelling = !owned && observations.every(({ origin }) => origin.kind === "created");
  const known = identifyProcess(
    {
      startSeconds,
      owners: new Set(owned ? [owned.process] : []),
      lacking: new Set(isTelling ? processesWithCreated(db, target, names) : []),
    },
    processes,
  );
  const process = processes.find(({ id }) => id === known?.id);
  const states = process ? seriesOfProcess(db, process.id) : new SeriesStates([]);
  const sameCounter = createSameCounter(states, process, page.skewMs);
  const matched = observations.map((observation) => ({
    observation,
    known:
      states.find(observation) ??
      sameCounter(observation) ??
      // Without an owner no series with `_created` is known, so a new process need not ask for thousands of them.
      (owned || observation.origin.kind !== "created" ? findSeries(db, target, observation) : undefined),
  }));
  return { process, states, matched };
}

function firstOwned(db: Database, target: number, observations: readonly Observation[]): SeriesState | undefined {
  for (const observation of observations) {
    const owned = observation.origin.kind === "created" ? findSeries(db, target, observation) : undefined;
    if (owned) return owned;
  }
  return undefined;
}

/**
 * Finds a series of the process under another kind of origin: its `_created` line is missing on this page, or is there
 * for the first time. A `_created` from after the series was last seen is a new series.
 */
function createSameCounter(
  states: SeriesStates,
  process: Process | undefined,
  skewMs: number,
): (observation: Observation) => SeriesState | undefined {
  return ({ name, labels, origin }) => {
    if (!process) return undefined;
    const state = newest(states.ofCounter(name, labels));
    if (!state || state.hasCreated === (origin.kind === "created")) return undefined;
    if (origin.kind !== "created") return state;
    return origin.seconds * 1000 + skewMs <= (state.lastSeenAt ?? process.lastPageAt) ? state : undefined;
  };
}

/** Of several series that came one after the other the one that was seen last. */
function newest(states: readonly SeriesState[]): SeriesState | undefined {
  const seenAt = (state: SeriesState) => state.lastSeenAt ?? Number.POSITIVE_INFINITY;
  return states.reduce<SeriesState | undefined>(
    (other, state) => (other === undefined || seenAt(state) >= seenAt(other) ? state : other),
    undefined,
  );
}
