import type { Database } from "bun:sqlite";
import type { IncreaseCase } from "../aggregator/increase.ts";
import { fellByHalf, isRestart } from "../aggregator/process.ts";
import { type TurnSample, watchTurns } from "../aggregator/turns.ts";
import type { Zone } from "../aggregator/zone.ts";
import type { CounterName, MetricName } from "../litellm/metrics.ts";
import { chooseNames, countersOf, type MetricNames, type Reading, sumOf, usableNames } from "../litellm/reading.ts";
import { noteAbsences, requestsAfterNone, restartAbsences } from "./absences.ts";
import { accountPage, turnSampleOf } from "./account-page.ts";
import { bookShares, sharesOfEntries } from "./book.ts";
import { createCellFinder } from "./cell-finder.ts";
import { useZone } from "./days.ts";
import { holdLifetime, noteExcess, takeBack } from "./falls.ts";
import { locateTarget } from "./locate-target.ts";
import { type Matched, matchPage } from "./match-series.ts";
import { insertMark, type Mark, marksOf, noteSeen } from "./names.ts";
import { observationsOf, oldestCreated } from "./observations.ts";
import { observe } from "./observed.ts";
import { withGrowthSincePredecessor } from "./predecessor/first-page.ts";
import { insertProcess, noteAnswer, processesOf, rawValues, saveValues } from "./processes.ts";
import { insertSnapshot } from "./snapshots.ts";
import { saveTarget, type Target } from "./targets.ts";

/** Skews up to this are the Date header's own coarseness. */
const SKEW_FROM_MS = 2000;

/** One good page as it was read. */
export type ScrapedPage = {
  readonly url: string;
  readonly reading: Reading;
  /** The page's Date header on LiteLLM's clock, if it had one. */
  readonly dateAt: number | undefined;
  /** When it was asked for, on our clock: it is no older than this. `readAt` where it is not known. */
  readonly askedAt?: number;
  /** When its head arrived, on our clock. */
  readonly readAt: number;
  /** Number of the newest page of its URL that was booked before it was asked for; undefined where no file said so. */
  readonly pagesBefore?: number | undefined;
};

export type CommitOptions = {
  readonly now: number;
  readonly zone: Zone;
  readonly names: MetricNames;
  readonly maxValues: number;
};

export type Commit =
  /** A newer page is already booked, by another process on the same file. */
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
  const isOvertaken = !isFirst && wasOvertaken(scraped, target, { now, movedHere });
  // The moment of a page that was read before the clock was set back says nothing.
  const isOlder = readAt > now ? isOvertaken : readAt < target.lastPageAt && target.lastPageAt <= now;
  if (!isFirst && isOlder) return { kind: "outdated" };
  const page = target.pages + 1;

  const marks = marksOf(db, target.id);
  const usable = usableNames(reading, names, (name) => marks.get(name)?.wasSeen ?? false);
  for (const name of [...usable.values()].flat()) {
    if (!marks.has(name)) marks.set(name, insertMark(db, target.id, name, page, markAt));
  }
  const markOf = (name: string): Mark => {
    const mark = marks.get(name);
    if (!mark) throw new TypeError(`The name ${name} is read without a mark`);
    return mark;
  };
  const chosen = chooseNames(reading, usable);
  for (const { name } of [...reading.metrics.values()].flat()) {
    const mark = marks.get(name);
    if (mark && !mark.wasSeen) noteSeen(db, target.id, mark.name);
  }
  const observations = observationsOf(countersOf(chosen), reading, markOf);

  const startSeconds = reading.startSeconds;
  const skewMs = dateAt === undefined || Math.abs(readAt - dateAt) <= SKEW_FROM_MS ? 0 : readAt - dateAt;
  const processes = processesOf(db, target.id);
  const read = [...chosen.values()].map(({ name }) => markOf(name).name);
  const { process, states, matched } = matchPage(
    db,
    target.id,
    { startSeconds, observations, names: read, skewMs },
    processes,
  );

  if (isOvertaken && matched.some(isLower)) return { kind: "outdated" };

  const beganSeconds = startSeconds ?? oldestCreated(observations);
  const beganAt = beganSeconds === undefined ? undefined : beganSeconds * 1000;
  const isNamelessRestart =
    !target.turns.isInTurn &&
    startSeconds === undefined &&
    process !== undefined &&
    process.id === target.lastProcess &&
    (fellByHalf(commonRequests(matched)) || fellByHalf(requestsAfterNone({ states, matched })));
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

  const ownAccount = accountPage(
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
      cellOf: createCellFinder(db, target.id, { matched, deployments: reading.deployments }, maxValues),
    },
    matched,
  );
  const account = withGrowthSincePredecessor(db, ownAccount, {
    target: target.id,
    page,
    at: readAt,
    lastPageAt: target.lastPageAt,
    counters: countersOf(chosen).map(([counter]) => counter),
    maxValues,
  });
  const absences = { process, states, matched, at: readAt };
  const mapped = new Set([...usable.values()].flat().map((name) => markOf(name).name));
  noteAbsences(db, absences, mapped);
  const restarted: readonly TurnSample[] = isNamelessRestart ? restartAbsences(db, absences) : [];

  const samples = matched.flatMap(({ observation, known }) => turnSampleOf(observation, known) ?? []);
  const turns = watchTurns(target.turns, page, [...samples, ...restarted]);
  const turnsBegan = turns.isInTurn && !target.turns.isInTurn;
  if (turnsBegan) holdLifetime(db);
  bookShares(db, sharesOfEntries(account.entries, readAt, zone), zone);
  const excessShares = sharesOfEntries(account.excess, readAt, zone);
  bookShares(db, excessShares, zone);

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

/**
 * Whether another page was booked after this one was asked for, so that either may show the older state. The clock tells,
 * and the number of pages, which a page that waited for the disk while the clock was set needs.
 */
function wasOvertaken(
  { askedAt, readAt, pagesBefore }: ScrapedPage,
  target: Target,
  { now, movedHere }: { readonly now: number; readonly movedHere: boolean },
): boolean {
  if ((askedAt ?? readAt) < target.lastPageAt && target.lastPageAt <= now) return true;
  return pagesBefore !== undefined && !movedHere && target.pages > pagesBefore;
}

function isLower({ observation, known }: Matched): boolean {
  return known?.value !== undefined && observation.value < known.value;
}

/** The requests of series that this page and the one before have, and that nothing ties to a process. */
function commonRequests(matched: readonly Matched[]): { last: number; value: number }[] {
  return matched.flatMap(({ observation, known }) =>
    observation.counter === "requests" &&
    observation.origin.kind === "unknown" &&
    known?.value !== undefined &&
    known.lastSeenAt === undefined
      ? [{ last: known.value, value: observation.value }]
      : [],
  );
}

function valuesOf(chosen: ReturnType<typeof chooseNames>): Map<MetricName, number> {
  return new Map([...chosen].map(([metric, reading]) => [metric, sumOf(reading)]));
}
