import type { Database } from "bun:sqlite";
import { type Increase, type IncreaseCase, increase } from "../aggregator/increase.ts";
import { originAt } from "../aggregator/origin.ts";
import { highWaterOf, type TurnSample, type TurnWatch } from "../aggregator/turns.ts";
import type { CounterName } from "../litellm/metrics.ts";
import type { Entry } from "./book.ts";
import type { Matched } from "./match-series.ts";
import type { Observation } from "./observations.ts";
import type { Process } from "./processes.ts";
import { createValueWriter, insertSeries, type SeriesState, updateSeries } from "./series.ts";

/** A last scrape before this was made by a clock that had not been set. */
export const CLOCK_IS_SET_FROM = Date.UTC(2020, 0, 1);

/** What one page is held against. Instants are UTC milliseconds of our clock unless they say otherwise. */
export type PageContext = {
  readonly target: number;
  /** Number of this page. */
  readonly page: number;
  /** When the booking happens: the end of every interval. */
  readonly at: number;
  /** Our clock minus LiteLLM's. */
  readonly skewMs: number;
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

/** What a page added: entries to book, of these the part that falls booked beyond the high-water marks apart. */
export type PageAccount = {
  readonly entries: readonly Entry[];
  readonly excess: readonly Entry[];
  readonly cases: ReadonlyMap<IncreaseCase | "held", number>;
  readonly amounts: ReadonlyMap<CounterName, number>;
  /** Series that are neither known nor born since their mark. */
  readonly baselines: readonly Observation[];
};

/** Decides what each observation adds and writes the state of its series, inside the caller's transaction. */
export function accountPage(db: Database, context: PageContext, page: readonly Matched[]): PageAccount {
  const entries: Entry[] = [];
  const excess: Entry[] = [];
  const cases = new Map<IncreaseCase | "held", number>();
  const amounts = new Map<CounterName, number>();
  const baselines: Observation[] = [];
  const saveState = createStateWriter(db, context);
  for (const matched of page) {
    const { observation, known } = matched;
    const cell = context.cellOf(matched);
    const result = decide(context, observation, known);
    cases.set(result.kind, (cases.get(result.kind) ?? 0) + 1);
    const keepsValue = result.kind === "refused" || result.kind === "stale";
    if (!observation.isShared) saveState(observation, known, cell, keepsValue);
    if (result.kind === "baseline") baselines.push(observation);
    if (result.amount <= 0) continue;
    const { counter } = observation;
    amounts.set(counter, (amounts.get(counter) ?? 0) + result.amount);
    const from = intervalStart(context, observation, known, result.kind);
    const isNew = result.amount - result.excess;
    if (isNew > 0) entries.push({ cell, counter, amount: isNew, from });
    if (result.excess > 0) excess.push({ cell, counter, amount: result.excess, from });
  }
  return { entries, excess, cases, amounts, baselines };
}

/** The sample by which falls are watched: a known series that nothing ties to its process. */
export function turnSampleOf(observation: Observation, known: SeriesState | undefined): TurnSample | undefined {
  const { value } = observation;
  if (observation.origin.kind === "created" || known?.value === undefined) return undefined;
  return Number.isFinite(value) && value >= 0 ? { series: known.id, value, last: known.value } : undefined;
}

type Decision = { readonly kind: IncreaseCase | "held"; readonly amount: number; readonly excess: number };

function decide(context: PageContext, observation: Observation, known: SeriesState | undefined): Decision {
  const { mark } = observation;
  const sample = turnSampleOf(observation, known);
  const beyondHigh = sample ? Math.max(0, sample.value - highWaterOf(context.watch, sample)) : 0;
  if (sample && context.watch.isInTurn) return { kind: "held", amount: beyondHigh, excess: 0 };
  const result: Increase = increase({
    value: observation.value,
    known: known && { value: known.value },
    isOfSameProcess: known?.process === context.process,
    origin: observation.origin,
    isMark: mark.page === context.page,
    markAt: mark.at,
    isNamelessRestart: context.isNamelessRestart,
    sawProcessSinceMark: context.known !== undefined && context.known.lastPage >= mark.page,
    forgottenBefore: context.forgottenBefore,
  });
  return { ...result, excess: sample ? Math.max(0, result.amount - beyondHigh) : 0 };
}

function createStateWriter(
  db: Database,
  { target, process }: PageContext,
): (observation: Observation, known: SeriesState | undefined, cell: number, keepsValue: boolean) => void {
  const updateValue = createValueWriter(db);
  return (observation, known, cell, keepsValue) => {
    const value = keepsValue ? known?.value : observation.value;
    if (!known) {
      insertSeries(db, target, observation, { process, cell, value });
      return;
    }
    const isInPlace = known.cell === cell && known.process === process && known.lastSeenAt === undefined;
    if (!isInPlace) updateSeries(db, known.id, { process, cell, value });
    else if (known.value !== value) updateValue(known.id, value);
  };
}

/**
 * The beginning of the interval in which a series grew: the newest page that had it, or the newest page of its process
 * where it began since, or its origin if that is later; of a process that never answered before its origin alone, since
 * no earlier page could have shown it. Undefined where the clock cannot be trusted.
 */
function intervalStart(
  context: PageContext,
  { origin }: Observation,
  known: SeriesState | undefined,
  kind: IncreaseCase | "held",
): number | undefined {
  const lastPageAt = context.known?.lastPageAt ?? context.lastPageAt ?? context.at;
  const last = kind === "grew" || kind === "held" ? (known?.lastSeenAt ?? lastPageAt) : lastPageAt;
  if (last > context.at || last < CLOCK_IS_SET_FROM) return undefined;
  const began = originAt(origin);
  if (began === undefined) return last;
  const beganHere = began + context.skewMs;
  return Math.min(context.at, kind === "born" && !context.known ? beganHere : Math.max(last, beganHere));
}
