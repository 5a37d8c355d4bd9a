import type { Database } from "bun:sqlite";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import { CLOCK_IS_SET_FROM, type PageAccount } from "../account-page.ts";
import type { Entry } from "../book.ts";
import { openCells } from "../cells.ts";
import type { Observation } from "../observations.ts";
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
 * Adds what LiteLLM counted between the predecessor's last page and the first one after it (DESIGN §11): by counter the sum
 * of what was not born since, less the last value; nothing at all where one of them is lower. The values are used up by
 * it, inside the caller's transaction; on every later page this adds nothing.
 */
export function withGrowthSincePredecessor(db: Database, account: PageAccount, page: Page): PageAccount {
  const last = takeLastValues(db, page.target);
  if (!last) return account;
  const entries = entriesOf(db, page, growthSince(last, account.baselines, page));
  const amounts = new Map(account.amounts);
  for (const { counter, amount } of entries) amounts.set(counter, (amounts.get(counter) ?? 0) + amount);
  return { ...account, amounts, entries: [...account.entries, ...entries] };
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

function entriesOf(db: Database, { at, lastPageAt, maxValues }: Page, parts: ModelAmounts): Entry[] {
  const from = lastPageAt > at || lastPageAt < CLOCK_IS_SET_FROM ? undefined : lastPageAt;
  const cells = openCells(db, maxValues);
  return [...parts].flatMap(([model, amounts]) =>
    COUNTERS.flatMap((counter, index) => {
      const amount = amounts[index] ?? 0;
      if (amount <= 0) return [];
      const cell = cells.idOf({ ...NO_DIMENSIONS, model });
      return [{ cell, counter, amount, from }];
    }),
  );
}

const NO_DIMENSIONS = { model_group: null, provider: null, team: null, key: null, user: null, end_user: null };

function sumBy<Key>(series: readonly Observation[], keyOf: (one: Observation) => Key): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const one of series) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + one.value);
  return sums;
}
