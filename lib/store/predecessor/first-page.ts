import type { Database } from "bun:sqlite";
import { trustedStart } from "../../aggregator/spread.ts";
import { cellOfModel } from "../../litellm/dimensions.ts";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import type { PageAccount } from "../commit/account-page.ts";
import type { Observation } from "../commit/observations.ts";
import { openCells } from "../tables/cells.ts";
import { type ModelAmounts, modelOf } from "./judge-models.ts";
import { type LastValues, takeLastValues } from "./last-values.ts";
import { isLower } from "./noise.ts";
import { splitFlat } from "./split-flat.ts";

/** A good page that may be the first one after the predecessor's last. */
type Page = {
  readonly target: number;
  readonly page: number;
  readonly at: number;
  /** The predecessor's last page, where this is the first one after it. */
  readonly lastPageAt: number;
  /** The counters whose name is on the page. */
  readonly counters: readonly CounterName[];
  readonly maxValues: number;
};

/**
 * Adds what LiteLLM counted between the predecessor's last page and the first one after it to the account of
 * that page: by counter the sum of what was not born since, less the last value; nothing at all where one of them is
 * lower. The values are used up by it, inside the caller's transaction; on every later page this adds nothing.
 */
export function addGrowthSincePredecessor(
  db: Database,
  { increases, amounts, baselines }: PageAccount,
  page: Page,
): void {
  const last = takeLastValues(db, page.target);
  if (!last) return;
  const from = trustedStart(page.lastPageAt, page.at);
  const cells = openCells(db, page.maxValues);
  for (const [model, growth] of growthSince(last, baselines, page)) {
    for (const [index, counter] of COUNTERS.entries()) {
      const amount = growth[index] ?? 0;
      if (amount <= 0) continue;
      increases.add(from, cells.idOf(cellOfModel(model)), counter, amount);
      amounts.set(counter, (amounts.get(counter) ?? 0) + amount);
    }
  }
}

function growthSince(last: LastValues, baselines: readonly Observation[], page: Page): ModelAmounts {
  // A name that was mapped to the counter only now was not what the predecessor read.
  const isNew = (counter: CounterName) =>
    baselines.some((series) => series.counter === counter && series.mark.page === page.page);
  const compared = new Set(page.counters.filter((counter) => last.flat.has(counter) && !isNew(counter)));
  const series = baselines.filter(({ counter, value }) => compared.has(counter) && Number.isFinite(value));
  const sums = sumBy(series, ({ counter }) => counter);
  const growth = COUNTERS.map((counter) => (sums.get(counter) ?? 0) - (last.flat.get(counter) ?? 0));
  const isFall = [...compared].some((counter) => isLower(sums.get(counter) ?? 0, last.flat.get(counter) ?? 0));
  if (isFall) return new Map();
  const byModel = Map.groupBy(series, ({ labelSet }) => modelOf(labelSet.get("model")));
  const models: ModelAmounts = new Map(
    [...last.models].map(([model, values]) => {
      const ofModel = sumBy(byModel.get(model) ?? [], ({ counter }) => counter);
      const grown = (counter: CounterName) =>
        (ofModel.get(counter) ?? 0) - (values.get(counter) ?? Number.POSITIVE_INFINITY);
      return [model, COUNTERS.map((counter) => (compared.has(counter) ? Math.max(0, grown(counter)) : 0))];
    }),
  );
  const flat = COUNTERS.map((counter, index) => (compared.has(counter) ? Math.max(0, growth[index] ?? 0) : 0));
  splitFlat(flat, models);
  return models;
}

function sumBy<Key>(series: readonly Observation[], keyOf: (one: Observation) => Key): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const one of series) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + one.value);
  return sums;
}
