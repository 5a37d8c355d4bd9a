import type { Database } from "bun:sqlite";
import { watchTurns } from "../../aggregator/turns.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { countersOf, type Reading, sumOf } from "../../litellm/reading.ts";
import { addGrowthSincePredecessor } from "../predecessor/first-page.ts";
import { observe } from "../tables/observed.ts";
import { insertProcess, noteAnswer, type Process, rawValues, saveValues } from "../tables/processes.ts";
import { insertSnapshot } from "../tables/snapshots.ts";
import { saveTarget, type Target } from "../tables/targets.ts";
import { noteAbsences, restartAbsences } from "./absences.ts";
import { accountPage, type PageAccount, type SampleCase } from "./account-page.ts";
import { bookTally, spreadInto } from "./book.ts";
import { createCellFinder } from "./cell-finder.ts";
import { holdLifetime, noteExcess, takeBack } from "./falls.ts";
import { judgeRestart, type Restart } from "./judge-restart.ts";
import type { MatchedPage } from "./match-series.ts";
import type { PageNames } from "./page-names.ts";
import type { Steps } from "./steps.ts";
import { Tally } from "./tally.ts";

/** A page that counts, matched with what is known. */
type PageToBook = MatchedPage & {
  readonly reading: Reading;
  /** When it was read, on our clock. */
  readonly at: number;
  /** Our clock minus LiteLLM's. */
  readonly skewMs: number;
  readonly names: PageNames;
};

/** What became of a page. */
export type BookedPage = {
  /** LiteLLM restarted (accounting rule 3). */
  readonly isReset: boolean;
  /** What was booked, by counter. */
  readonly amounts: ReadonlyMap<CounterName, number>;
  readonly cases: ReadonlyMap<SampleCase, number>;
  readonly series: number;
  /** Several workers answer in turn and nothing tells them apart; `turnsBegan` on the page that showed it. */
  readonly isInTurn: boolean;
  readonly turnsBegan: boolean;
};

/** Books a page, inside the caller's transaction. `target` and `processes` are as they were before it. */
export function* bookPage(
  db: Database,
  target: Target,
  processes: readonly Process[],
  page: PageToBook,
  { zone, maxValues }: { readonly zone: Zone; readonly maxValues: number },
): Steps<BookedPage> {
  const { at, reading, absent } = page;
  const restart = judgeRestart(target, processes, reading.startSeconds, page);
  const number = target.pages + 1;
  const process = page.process?.id ?? insertProcess(db, target.id, ofNewProcess(page, restart, number));
  const account = yield* accountOf(db, target, page, { number, process, restart, maxValues });
  const lastSeenAt = page.process?.lastPageAt ?? at;
  yield* noteAbsences(db, absent, { at, lastSeenAt, mapped: page.names.mapped });
  const restarted = restart.kind === "nameless" ? restartAbsences(db, absent, at) : [];

  const turns = watchTurns(target.turns, number, account.turnSamples.concat(restarted));
  const turnsBegan = turns.isInTurn && !target.turns.isInTurn;
  if (turnsBegan) holdLifetime(db);
  const tally = new Tally();
  yield* spreadInto(tally, account.increases, at, zone);
  yield* bookTally(db, tally, zone);
  const excess = new Tally();
  yield* spreadInto(excess, account.excess, at, zone);
  yield* bookTally(db, excess, zone);

  const isReset = restart.kind !== "none";
  noteAnswer(db, target.id, process, number, at);
  const values = new Map([...page.names.chosen].map(([metric, series]) => [metric, sumOf(series)]));
  saveValues(db, process, values, restart.kind === "nameless");
  saveTarget(db, {
    ...target,
    lastPageAt: at,
    pages: number,
    lastProcess: process,
    restarts: target.restarts + (isReset ? 1 : 0),
    lastRestartPage: isReset ? number : target.lastRestartPage,
    turns,
    isForeign: !reading.isLiteLLM,
  });
  observe(db, target.id, target.pages === 0 || at < target.lastPageAt ? undefined : target.lastPageAt, at);
  const counters = countersOf(page.names.chosen);
  insertSnapshot(db, {
    target: target.id,
    page: number,
    at,
    isReset,
    values: rawValues(db, target.id),
    increases: new Map(counters.map(([counter]) => [counter, account.amounts.get(counter) ?? 0])),
  });
  yield* noteExcess(db, target.id, number, excess, turns);
  if (turnsBegan) yield* takeBack(db, target.id, turns, zone);
  return {
    isReset: isReset && !turnsBegan,
    amounts: account.amounts,
    cases: account.cases,
    series: page.matched.length,
    isInTurn: turns.isInTurn,
    turnsBegan,
  };
}

function ofNewProcess(
  { reading, at }: PageToBook,
  restart: Restart,
  number: number,
): Parameters<typeof insertProcess>[2] {
  const restartAt = restart.kind === "new_process" ? restart.beganAt : undefined;
  return { startSeconds: reading.startSeconds, restartAt, lastPage: number, lastPageAt: at };
}

/** What the page adds, with what LiteLLM counted since a predecessor's last page. */
function* accountOf(
  db: Database,
  target: Target,
  page: PageToBook,
  found: { readonly number: number; readonly process: number; readonly restart: Restart; readonly maxValues: number },
): Steps<PageAccount> {
  const { at, skewMs, matched, reading } = page;
  const { number, process, restart, maxValues } = found;
  const context = {
    target: target.id,
    page: number,
    at,
    skewMs,
    processBeganAt: reading.startSeconds === undefined ? undefined : reading.startSeconds * 1000,
    lastPageAt: target.pages === 0 ? undefined : target.lastPageAt,
    process,
    known: page.process,
    isNamelessRestart: restart.kind === "nameless",
    forgottenBefore: target.forgottenBefore,
    watch: target.turns,
    cellOf: yield* createCellFinder(db, target.id, { matched, deployments: reading.deployments }, maxValues),
  };
  const account = yield* accountPage(db, context, matched);
  addGrowthSincePredecessor(db, account, {
    target: target.id,
    page: number,
    at,
    lastPageAt: target.lastPageAt,
    counters: countersOf(page.names.chosen).map(([counter]) => counter),
    maxValues,
  });
  return account;
}
