import { bucketOf, PLAIN_INTERVAL_MS } from "../../aggregator/spread.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { spreadInto } from "../commit/book.ts";
import { Increases } from "../commit/increases.ts";
import { atOnce } from "../commit/steps.ts";
import type { Tally } from "../commit/tally.ts";
import type { ModelAmounts, ModelJudge } from "./judge-models.ts";
import type { JudgedRow } from "./judge-rows.ts";
import type { ModelRow } from "./read-rows.ts";
import { splitFlat } from "./split-flat.ts";

/** Judged rows of one second, which the predecessor's model rows do not tell apart. */
export type Moment = { readonly at: number; readonly rows: readonly JudgedRow[] };

/** What moments are booked with. */
export type MomentBooks = {
  readonly models: ModelJudge;
  readonly tally: Tally;
  readonly cellOf: (model: string) => number;
  readonly zone: Zone;
};

/** Puts judged rows together by second. */
export function momentsOf(judged: readonly JudgedRow[]): Moment[] {
  const moments: { readonly at: number; readonly rows: JudgedRow[] }[] = [];
  for (const one of judged) {
    const newest = moments.at(-1);
    if (newest?.at === one.row.at) newest.rows.push(one);
    else moments.push({ at: one.row.at, rows: [one] });
  }
  return moments;
}

/** Adds what one moment shows to the tally. Gives how many of its rows had to be corrected. */
export function bookMoment({ rows }: Moment, modelRows: readonly ModelRow[], books: MomentBooks): number {
  const [first] = rows;
  if (!first) return 0;
  if (rows.some(({ isRestart }) => isRestart)) books.models.restart();
  const { amounts, isCorrected } = books.models.judge(modelRows);
  const isReduced = splitFlat(flatOf(rows, first), amounts);
  const isEstimated = first.from === undefined || rows.some((row) => row.isEstimated);
  const isPlain = first.from === undefined || first.to - first.from <= PLAIN_INTERVAL_MS;
  if (isPlain) addPlain(amounts, first.to, isEstimated, books);
  else addSpread(amounts, first, books);
  const corrected = rows.filter((row) => row.isCorrected).length;
  return corrected === 0 && (isCorrected || isReduced) ? 1 : corrected;
}

function flatOf(rows: readonly JudgedRow[], first: JudgedRow): readonly number[] {
  if (rows.length === 1) return first.amounts;
  return first.amounts.map((_, index) => rows.reduce((sum, { amounts }) => sum + (amounts[index] ?? 0), 0));
}

function addPlain(parts: ModelAmounts, at: number, isEstimated: boolean, { tally, cellOf }: MomentBooks): void {
  for (const [model, amounts] of parts) {
    const row = tally.rowOf(bucketOf(at), cellOf(model));
    for (let index = 0; index < amounts.length; index++) {
      row.amounts[index] = (row.amounts[index] ?? 0) + (amounts[index] ?? 0);
    }
    row.isEstimated ||= isEstimated;
  }
}

function addSpread(parts: ModelAmounts, { from, to }: JudgedRow, { tally, cellOf, zone }: MomentBooks): void {
  const increases = new Increases();
  for (const [model, amounts] of parts) {
    for (const [index, counter] of COUNTERS.entries()) {
      const amount = amounts[index] ?? 0;
      if (amount > 0) increases.add(from, cellOf(model), counter, amount);
    }
  }
  atOnce(spreadInto(tally, increases, to, zone));
}
