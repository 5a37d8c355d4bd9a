import type { Database } from "bun:sqlite";
import { type Increase, type IncreaseCase, increase } from "../../aggregator/increase.ts";
import { beganAt } from "../../aggregator/origin.ts";
import { trustedStart } from "../../aggregator/spread.ts";
import { highWaterOf, type TurnSample, type TurnWatch } from "../../aggregator/turns.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import type { Process } from "../tables/processes.ts";
import { insertSeries, type SeriesState, updateSeries, updateValue } from "../tables/series.ts";
import { Increases } from "./increases.ts";
import type { Matched } from "./match-series.ts";
import type { Observation } from "./observations.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

/** What one page is held against. Instants are UTC milliseconds of our clock unless they say otherwise. */
export type PageContext = {
  readonly target: number;
  /** Number of this page. */
  readonly page: number;
  /** When the booking happens: the end of every interval. */
  readonly at: number;
  /** Our clock minus LiteLLM's. */
  readonly skewMs: number;
  /** When the process that answered began, on LiteLLM's clock; undefined where the page does not say. */
  readonly processBeganAt: number | undefined;
  /** The newest good page of the target before this one; undefined on the first. */
  readonly lastPageAt: number | undefined;
  readonly process: number;
  /** The process as it was before this page; undefined for a new one. */
  readonly known: Process | undefined;
  readonly isNamelessRestart: boolean;
  readonly forgottenBefore: number | undefined;
  readonly watch: TurnWatch;
  readonly cellOf: (matched: Matched) => number;
};

/** What became of a sample: a case of its increase, or `held` below a high-water mark. */
export type SampleCase = IncreaseCase | "held";

/** What a page adds. */
export type PageAccount = {
  readonly increases: Increases;
  /** What falls booked beyond the high-water marks, which is taken back if they were no restarts. */
  readonly excess: Increases;
  readonly cases: Map<SampleCase, number>;
  /** Both together, by counter. */
  readonly amounts: Map<CounterName, number>;
  /** Series that are neither known nor born since their mark. */
  readonly baselines: Observation[];
  /** The samples by which falls are watched. */
  readonly turnSamples: TurnSample[];
};

/** Decides what each observation adds and writes the state of its series, inside the caller's transaction. */
export function* accountPage(db: Database, context: PageContext, page: readonly Matched[]): Steps<PageAccount> {
  const account: PageAccount = {
    increases: new Increases(),
    excess: new Increases(),
    cases: new Map(),
    amounts: new Map(),
    baselines: [],
    turnSamples: [],
  };
  yield* forEachInSteps(page, (matched) => accountSeries(db, context, matched, account));
  return account;
}

function accountSeries(db: Database, context: PageContext, matched: Matched, account: PageAccount): void {
  const { observation, known } = matched;
  const { counter } = observation;
  const cell = context.cellOf(matched);
  const sample = turnSampleOf(observation, known);
  if (sample) account.turnSamples.push(sample);
  const { kind, amount, excess } = decide(context, matched, sample);
  account.cases.set(kind, (account.cases.get(kind) ?? 0) + 1);
  const keepsValue = kind === "refused" || kind === "stale";
  if (!observation.isShared) saveState(db, context, matched, cell, keepsValue ? known?.value : observation.value);
  if (kind === "baseline") account.baselines.push(observation);
  if (amount <= 0) return;
  account.amounts.set(counter, (account.amounts.get(counter) ?? 0) + amount);
  const from = intervalStart(context, matched, kind);
  if (amount > excess) account.increases.add(from, cell, counter, amount - excess);
  if (excess > 0) account.excess.add(from, cell, counter, excess);
}

/** The sample by which falls are watched: a known series that nothing ties to its process. */
function turnSampleOf({ value, origin }: Observation, known: SeriesState | undefined): TurnSample | undefined {
  if (origin.kind === "created" || known?.value === undefined) return undefined;
  return Number.isFinite(value) && value >= 0 ? { series: known.id, value, last: known.value } : undefined;
}

type Decision = { readonly kind: SampleCase; readonly amount: number; readonly excess: number };

function decide(context: PageContext, { observation, known }: Matched, sample: TurnSample | undefined): Decision {
  const { mark } = observation;
  const beyondHigh = sample ? Math.max(0, sample.value - highWaterOf(context.watch, sample)) : 0;
  if (sample && context.watch.isInTurn) return { kind: "held", amount: beyondHigh, excess: 0 };
  const { kind, amount }: Increase = increase({
    value: observation.value,
    known,
    origin: observation.origin,
    processBeganAt: context.processBeganAt,
    isMark: mark.page === context.page,
    markAt: mark.at,
    isNamelessRestart: context.isNamelessRestart,
    sawProcessSinceMark: context.known !== undefined && context.known.lastPage >= mark.page,
    forgottenBefore: context.forgottenBefore,
  });
  return { kind, amount, excess: sample ? Math.max(0, amount - beyondHigh) : 0 };
}

function saveState(
  db: Database,
  { target, process }: PageContext,
  { observation, known }: Matched,
  cell: number,
  value: number | undefined,
): void {
  if (!known) {
    insertSeries(db, target, observation, { process, cell, value });
    return;
  }
  // Nearly all of thousands of series change nothing but their value.
  const isInPlace = known.cell === cell && known.lastSeenAt === undefined;
  if (!isInPlace) updateSeries(db, known.id, { cell, value });
  else if (known.value !== value) updateValue(db, known.id, value);
}

/**
 * The beginning of the interval in which a series grew: the newest page that had it, or the newest page of its process
 * where it began since, or its origin if that is later; of a process that never answered before its origin alone, since
 * no earlier page could have shown it. Undefined where the clock cannot be trusted.
 */
function intervalStart(context: PageContext, { observation, known }: Matched, kind: SampleCase): number | undefined {
  const lastPageAt = context.known?.lastPageAt ?? context.lastPageAt ?? context.at;
  const isKnown = kind === "grew" || kind === "held";
  const last = trustedStart(isKnown ? (known?.lastSeenAt ?? lastPageAt) : lastPageAt, context.at);
  const began = beganAt(observation.origin, context.processBeganAt);
  if (last === undefined || began === undefined) return last;
  const beganHere = began + context.skewMs;
  return Math.min(context.at, kind === "born" && !context.known ? beganHere : Math.max(last, beganHere));
}
