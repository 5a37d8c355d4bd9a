import type { Database } from "bun:sqlite";
import type { IncreaseCase } from "../aggregator/increase.ts";
import { fellByHalf, identifyProcess, isRestart } from "../aggregator/process.ts";
import { watchTurns } from "../aggregator/turns.ts";
import type { Zone } from "../aggregator/zone.ts";
import type { CounterName, MetricName } from "../litellm/metrics.ts";
import { chooseNames, countersOf, type MetricNames, type Reading, sumOf } from "../litellm/reading.ts";
import { accountPage, turnSampleOf } from "./account-page.ts";
import { bookShares, sharesOfEntries } from "./book.ts";
import { createCellFinder } from "./cell-finder.ts";
import { useZone } from "./days.ts";
import { noteExcess, takeBack } from "./falls.ts";
import { locateTarget } from "./locate-target.ts";
import { insertMark, type Mark, marksOf, noteSeen } from "./names.ts";
import { type Observation, observationsOf, oldestCreated } from "./observations.ts";
import { observe } from "./observed.ts";
import { insertProcess, noteAnswer, type Process, processesOf, rawValues, saveValues } from "./processes.ts";
import { findSeries, markAbsent, processesWithLabels, type SeriesState, seriesKey, seriesOfProcess } from "./series.ts";
import { insertSnapshot } from "./snapshots.ts";
import { saveTarget, type Target } from "./targets.ts";

/** Skews up to this are the Date header's own coarseness. */
const SKEW_FROM_MS = 2000;
/** So many series that nobody owns are asked for the processes that have their labels. */
const STRANGER_PROBES = 20;

/** One good page as it was read. */
export type ScrapedPage = {
  readonly url: string;
  readonly reading: Reading;
  /** The page's Date header on LiteLLM's clock, if it had one. */
  readonly dateAt: number | undefined;
  /** When its head arrived, on our clock. */
  readonly readAt: number;
};

export type CommitOptions = {
  readonly now: number;
  readonly zone: Zone;
  readonly names: MetricNames;
  readonly maxValues: number;
};

export type Commit =
  /** A page that was read later is already booked, by another process on the same file. */
  | { readonly kind: "outdated" }
  | {
      readonly kind: "committed";
      readonly target: number;
      readonly page: number;
      readonly isReset: boolean;
      /** What was booked, by counter. */
      readonly amounts: ReadonlyMap<CounterName, number>;
      readonly cases: ReadonlyMap<IncreaseCase | "held", number>;
      readonly series: number;
      /** The URL now stands for a target that was known under another. */
      readonly movedHere: boolean;
      /** Several workers answer in turn and nothing tells them apart; `turnsBegan` on the page that showed it. */
      readonly isInTurn: boolean;
      readonly turnsBegan: boolean;
      readonly isForeign: boolean;
    };

/**
 * Books one good page in one transaction: counter state, buckets, days, lifetime, snapshot (DESIGN, accounting rules 1
 * to 7). State is read inside the transaction, so that several writers on one file count nothing twice. Throws what
 * SQLite throws (disk full, busy, damaged); nothing is changed then.
 */
export function commitScrape(db: Database, page: ScrapedPage, options: CommitOptions): Commit {
  return db.transaction(() => commit(db, page, options)).immediate();
}

function commit(db: Database, scraped: ScrapedPage, { now, zone, names, maxValues }: CommitOptions): Commit {
  useZone(db, zone);
  const { reading, dateAt, readAt } = scraped;
  const markAt = dateAt === undefined ? readAt : dateAt - 1000;
  const { target, movedHere } = locateTarget(db, scraped.url, reading, readAt, markAt);
  const isFirst = target.pages === 0;
  if (!isFirst && readAt < target.lastPageAt && target.lastPageAt <= now) return { kind: "outdated" };
  const page = target.pages + 1;

  const marks = marksFor(db, target.id, names, page, markAt);
  const markOf = (name: string): Mark => marks.get(name) ?? insertMark(db, target.id, name, page, markAt);
  const chosen = chooseNames(reading, names, (name) => marks.get(name)?.wasSeen ?? false);
  for (const { name } of [...reading.metrics.values()].flat()) {
    if (!marks.get(name)?.wasSeen) noteSeen(db, target.id, markOf(name).name);
  }
  const observations = observationsOf(countersOf(chosen), reading, markOf);

  const processes = processesOf(db, target.id);
  const process = findProcess(db, target.id, reading, observations, processes);
  const states = process ? seriesOfProcess(db, process.id) : new Map<string, SeriesState>();
  const matched = observations.map((observation) => ({
    observation,
    known: states.get(seriesKey(observation)) ?? findSeries(db, target.id, observation),
  }));

  const startSeconds = reading.startSeconds;
  const beganSeconds = startSeconds ?? oldestCreated(observations);
  const beganAt = beganSeconds === undefined ? undefined : beganSeconds * 1000;
  const isNamelessRestart =
    !target.turns.isInTurn &&
    startSeconds === undefined &&
    process !== undefined &&
    process.id === target.lastProcess &&
    fellByHalf(commonRequests(matched));
  const isNewRestart =
    !isFirst &&
    process === undefined &&
    isRestart({
      beganAt,
      firstPageAt: target.firstMarkAt,
      flaggedAt: processes.flatMap(({ restartAt }) => (restartAt === undefined ? [] : [restartAt])),
    });
  const isReset = isNamelessRestart || isNewRestart;
  const restartAt = isNewRestart ? beganAt : undefined;
  const processId =
    process?.id ?? insertProcess(db, target.id, { startSeconds, restartAt, lastPage: page, lastPageAt: readAt });

  const skewMs = dateAt === undefined || Math.abs(readAt - dateAt) <= SKEW_FROM_MS ? 0 : readAt - dateAt;
  const account = accountPage(
    db,
    {
      target: target.id,
      page,
      at: readAt,
      skewMs,
      lastPageAt: isFirst ? undefined : target.lastPageAt,
      process: processId,
      known: process,
      isNamelessRestart,
      forgottenBefore: target.forgottenBefore,
      watch: target.turns,
      cellOf: createCellFinder(db, target.id, observations, maxValues),
    },
    matched,
  );
  const mapped = new Set([...names.values()].flat().map((name) => markOf(name).name));
  if (process) noteAbsences(db, process, states, matched, mapped, readAt);

  bookShares(db, sharesOfEntries(account.entries, readAt, zone), zone);
  const excessShares = sharesOfEntries(account.excess, readAt, zone);
  bookShares(db, excessShares, zone);

  const samples = matched.flatMap(({ observation, known }) => turnSampleOf(observation, known) ?? []);
  const turns = watchTurns(target.turns, page, samples);
  noteAnswer(db, target.id, processId, page, readAt);
  saveValues(db, processId, valuesOf(chosen), isNamelessRestart);
  const after: Target = {
    ...target,
    lastPageAt: readAt,
    pages: page,
    lastProcess: processId,
    restarts: target.restarts + (isReset ? 1 : 0),
    lastRestartPage: isReset ? page : target.lastRestartPage,
    turns,
    isForeign: !reading.isLiteLLM,
  };
  saveTarget(db, after);
  observe(db, target.id, isFirst || readAt < target.lastPageAt ? undefined : target.lastPageAt, readAt);
  insertSnapshot(db, {
    target: target.id,
    page,
    at: readAt,
    isReset,
    values: rawValues(db, target.id),
    increases: new Map(countersOf(chosen).map(([counter]) => [counter, account.amounts.get(counter) ?? 0])),
  });
  noteExcess(db, target.id, page, excessShares, turns);
  const turnsBegan = turns.isInTurn && !target.turns.isInTurn;
  if (turnsBegan) takeBack(db, target.id, turns, zone);
  return {
    kind: "committed",
    target: target.id,
    page,
    isReset: isReset && !turnsBegan,
    amounts: account.amounts,
    cases: account.cases,
    series: observations.length,
    movedHere,
    isInTurn: turns.isInTurn,
    turnsBegan,
    isForeign: after.isForeign,
  };
}

type Matched = { readonly observation: Observation; readonly known: SeriesState | undefined };

function marksFor(db: Database, target: number, names: MetricNames, page: number, at: number): Map<string, Mark> {
  const marks = marksOf(db, target);
  for (const name of [...names.values()].flat()) {
    if (!marks.has(name)) marks.set(name, insertMark(db, target, name, page, at));
  }
  return marks;
}

function findProcess(
  db: Database,
  target: number,
  reading: Reading,
  observations: readonly Observation[],
  processes: readonly Process[],
): Process | undefined {
  const owners = new Set<number>();
  const strangers = new Set<number>();
  for (const observation of observations) {
    if (observation.origin.kind !== "created") continue;
    const owner = findSeries(db, target, observation);
    if (owner) {
      owners.add(owner.process);
      break;
    }
  }
  if (owners.size === 0) {
    for (const { origin, name, labels } of observations.slice(0, STRANGER_PROBES)) {
      if (origin.kind !== "created") continue;
      for (const stranger of processesWithLabels(db, target, name, labels)) strangers.add(stranger);
    }
  }
  const known = identifyProcess({ startSeconds: reading.startSeconds, owners, strangers }, processes);
  return processes.find((process) => process.id === known?.id);
}

function commonRequests(matched: readonly Matched[]): { last: number; value: number }[] {
  return matched.flatMap(({ observation, known }) =>
    observation.counter === "requests" && known?.value !== undefined && known.lastSeenAt === undefined
      ? [{ last: known.value, value: observation.value }]
      : [],
  );
}

/** Notes which series of the page's process are not on it. One whose name is not mapped now is not judged absent. */
function noteAbsences(
  db: Database,
  process: Process,
  states: ReadonlyMap<string, SeriesState>,
  matched: readonly Matched[],
  mapped: ReadonlySet<number>,
  at: number,
): void {
  const present = new Set(matched.map(({ known }) => known?.id));
  for (const state of states.values()) {
    if (present.has(state.id)) continue;
    const isJudged = mapped.has(state.name) && state.absentSince === undefined;
    if (!isJudged && state.lastSeenAt !== undefined) continue;
    markAbsent(db, state.id, state.lastSeenAt ?? process.lastPageAt, mapped.has(state.name) ? at : undefined);
  }
}

function valuesOf(chosen: ReturnType<typeof chooseNames>): Map<MetricName, number> {
  return new Map([...chosen].map(([metric, reading]) => [metric, sumOf(reading)]));
}
