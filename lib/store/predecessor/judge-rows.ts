import { CLOCK_IS_SET_FROM, trustedStart } from "../../aggregator/spread.ts";
import { highWaterOf, QUIET_WATCH, type TurnSample, type TurnWatch, watchTurns } from "../../aggregator/turns.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import type { PredecessorColumns } from "./columns.ts";
import { isLower, isSame } from "./noise.ts";
import type { ScrapeRow } from "./read-rows.ts";

/** How many later rows must be known to judge a row: they show whether a fall was workers answering in turn. */
export const LOOKAHEAD = 100;

/** The columns of releases before 0.3, which booked all that had ever been counted on their first row. */
const COUNTERS_OF_0_2 = new Set(COUNTERS.slice(0, COUNTERS.indexOf("cost") + 1).keys());
const REQUESTS = COUNTERS.indexOf("requests");

/** What is known after a row. Counters stand in the order of `COUNTERS`. */
export type JudgeState = {
  /** Number of the row, counted from 1. */
  readonly page: number;
  readonly at: number | undefined;
  /** The newest time of a clock that had been set. */
  readonly clockAt: number | undefined;
  /** The newest value of each counter that was on a page; undefined before the first row. */
  readonly last: readonly number[] | undefined;
  /** Counters whose columns an upgrade added and that have not shown a value yet. */
  readonly unseen: readonly number[];
  /** The last row before pages without requests began; undefined while pages have them. */
  readonly outageFrom: number | undefined;
  readonly turns: TurnWatch;
};

/** What a row adds. Instants are UTC milliseconds. */
export type JudgedRow = {
  readonly row: ScrapeRow;
  readonly page: number;
  /** By counter, in the order of `COUNTERS`. Never negative. */
  readonly amounts: readonly number[];
  /** The beginning of the interval; undefined where it is not known or no clock can be trusted. */
  readonly from: number | undefined;
  readonly to: number;
  /** LiteLLM restarted: counters began anew with this row, or did while pages had no requests. */
  readonly isRestart: boolean;
  readonly isEstimated: boolean;
  /** What counts is not what the predecessor booked. */
  readonly isCorrected: boolean;
};

export const BEFORE_FIRST_ROW: JudgeState = {
  page: 0,
  at: undefined,
  clockAt: undefined,
  last: undefined,
  unseen: [],
  outageFrom: undefined,
  turns: QUIET_WATCH,
};

type Judgement = { readonly judged: JudgedRow; readonly excess: readonly number[]; readonly state: JudgeState };

/**
 * Judges the first `count` rows, of which the others are the continuation (accounting rules 3, 4 and 7). Gives the state
 * after these rows.
 */
export function judgeRows(
  columns: PredecessorColumns,
  before: JudgeState,
  rows: readonly ScrapeRow[],
  count: number,
): { readonly judged: readonly JudgedRow[]; readonly state: JudgeState } {
  const all: Judgement[] = [];
  let state = before;
  let quietUntil = before.page;
  for (const row of rows) {
    // Only what falls booked can be taken back later.
    if (all.length >= count && state.turns.falls.size === 0) break;
    const judgement = state.last ? judgeRow(columns, state, state.last, row) : judgeFirst(columns, state, row);
    all.push(judgement);
    if (judgement.state.turns.isInTurn && !state.turns.isInTurn) takeBack(all, quietUntil, judgement.state.turns);
    state = judgement.state;
    if (state.turns.falls.size === 0) quietUntil = state.page;
  }
  const judged = all
    .slice(0, count)
    .map((one, index) => (hasClock(one.judged.row) ? one.judged : withClock(one, rows.slice(index))));
  return { judged, state: all[count - 1]?.state ?? before };
}

function judgeFirst(columns: PredecessorColumns, before: JudgeState, row: ScrapeRow): Judgement {
  const { counters, added } = columns;
  const isBaseline = !row.isReset && [...counters].every((index) => row.delta[index] === row.raw[index]);
  const beganAs02 = isBaseline && row.raw.some((value) => value > 0);
  const isUnseen = (index: number) =>
    row.raw[index] === 0 && (added.has(index) || (beganAs02 && !COUNTERS_OF_0_2.has(index)));
  const amounts = row.delta.map((delta) => (isBaseline ? 0 : Math.max(0, delta)));
  return judgementOf(row, before, {
    amounts,
    excess: [],
    from: undefined,
    isRestart: row.isReset,
    isEstimated: amounts.some((amount) => amount > 0),
    state: { last: row.raw, unseen: [...counters].filter(isUnseen), outageFrom: undefined, turns: QUIET_WATCH },
  });
}

function judgeRow(columns: PredecessorColumns, before: JudgeState, last: readonly number[], row: ScrapeRow): Judgement {
  const { isInTurn } = before.turns;
  const requests = row.raw[REQUESTS] ?? 0;
  const lastRequests = last[REQUESTS] ?? 0;
  const isOut = requests === 0 && (before.outageFrom !== undefined || (row.isReset && lastRequests > 0));
  const isBack = before.outageFrom !== undefined && !isOut;
  // A page without requests looks like a restart; whether it was one shows when they come back.
  const isRestart = isBack ? isLower(requests, lastRequests) : row.isReset && !isOut && !isInTurn;
  const isWatched = !isQuiet(before.turns) || row.raw.some((value, index) => isLower(value, last[index] ?? 0));
  const samples = isOut || !isWatched ? [] : samplesOf(columns, last, row);
  const held = new Map(samples.map((sample) => [sample.series, beyondHigh(before.turns, sample)]));
  const unseen = new Set(before.unseen);
  const after = [...last];
  const amounts = COUNTERS.map(() => 0);
  const excess = COUNTERS.map(() => 0);
  for (const index of columns.counters) {
    const value = row.raw[index] ?? 0;
    const delta = row.delta[index] ?? 0;
    const base = isRestart ? 0 : (last[index] ?? 0);
    // Zero where there was more is a page without the metric: it is neither a fall nor a value.
    after[index] = value === 0 ? base : value;
    const isBaseline = value > 0 && unseen.delete(index) && !row.isReset && isSame(delta, value, value);
    if (isBaseline || value === 0) continue;
    const most = isLower(value, base) ? value : Math.max(0, value - base);
    const amount = isSame(delta, most, value) ? Math.max(0, delta) : Math.max(0, Math.min(delta, most));
    amounts[index] = isInTurn ? (held.get(index) ?? amount) : amount;
    excess[index] = isInTurn ? 0 : Math.max(0, amount - (held.get(index) ?? amount));
  }
  const turns =
    samples.some(isFall) || !isQuiet(before.turns) ? watchTurns(before.turns, before.page + 1, samples) : before.turns;
  return judgementOf(row, before, {
    amounts,
    excess,
    from: isBack && !isRestart ? before.outageFrom : before.at,
    isRestart,
    isEstimated: row.isReset || isInTurn,
    state: {
      last: after,
      unseen: [...unseen],
      outageFrom: isOut ? (before.outageFrom ?? before.at) : undefined,
      turns,
    },
  });
}

type Verdict = Pick<JudgedRow, "amounts" | "from" | "isRestart" | "isEstimated"> & {
  readonly excess: readonly number[];
  readonly state: Omit<JudgeState, "page" | "at" | "clockAt">;
};

function judgementOf(row: ScrapeRow, before: JudgeState, { excess, state, ...verdict }: Verdict): Judgement {
  const page = before.page + 1;
  const from = verdict.from === undefined ? undefined : trustedStart(verdict.from, row.at);
  const isCorrected = verdict.amounts.some(
    (amount, index) => !isSame(amount, row.delta[index] ?? 0, row.raw[index] ?? 0),
  );
  return {
    judged: { ...verdict, row, page, from, to: row.at, isCorrected },
    excess,
    state: { ...state, page, at: row.at, clockAt: hasClock(row) ? row.at : before.clockAt },
  };
}

/** The counters that can be held against the row before: both show a value. */
function samplesOf(columns: PredecessorColumns, last: readonly number[], row: ScrapeRow): TurnSample[] {
  return [...columns.counters].flatMap((series) => {
    const value = row.raw[series] ?? 0;
    const before = last[series] ?? 0;
    if (value === 0 || before === 0) return [];
    return [{ series, last: before, value: isLower(value, before) ? value : Math.max(value, before) }];
  });
}

function hasClock({ at }: ScrapeRow): boolean {
  return at >= CLOCK_IS_SET_FROM;
}

function beyondHigh(turns: TurnWatch, sample: TurnSample): number {
  return Math.max(0, sample.value - highWaterOf(turns, sample));
}

function isFall({ value, last }: TurnSample): boolean {
  return value < last;
}

function isQuiet({ isInTurn, falls, open, highs }: TurnWatch): boolean {
  return !isInTurn && falls.size === 0 && open.length === 0 && highs.size === 0;
}

/** Workers answer in turn: what the falls of this stretch added beyond the high-water marks does not count. */
function takeBack(all: Judgement[], quietUntil: number, turns: TurnWatch): void {
  for (const [index, { judged, excess, state }] of all.entries()) {
    if (judged.page <= quietUntil) continue;
    const amounts = judged.amounts.map((amount, counter) => amount - (excess[counter] ?? 0));
    const isCorrected = judged.isCorrected || excess.some((amount) => amount > 0);
    const isRestart = judged.isRestart && !turns.falls.has(judged.page);
    all[index] = { judged: { ...judged, amounts, isRestart, isCorrected }, excess: [], state };
  }
}

/** A row of a clock that had not been set is booked at the next one that had, else at the one before. */
function withClock({ judged, state }: Judgement, rest: readonly ScrapeRow[]): JudgedRow {
  return { ...judged, from: undefined, to: rest.find(hasClock)?.at ?? state.clockAt ?? judged.to };
}
