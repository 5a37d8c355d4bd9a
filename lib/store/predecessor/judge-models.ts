import { labelValue } from "../../litellm/dimensions.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { isLower, isSame } from "./noise.ts";
import type { ModelRow } from "./read-rows.ts";

/** The model of what no page has given one. */
export const UNKNOWN_MODEL = "unknown";

/** The newest value of each `model` label and counter since LiteLLM began, `null` where there was none. */
export type ModelValues = Map<string, (number | null)[]>;

/** What models used, in the order of `COUNTERS`. */
export type ModelAmounts = Map<string, number[]>;

/** Judges the model rows of one scrape after the other. */
export type ModelJudge = {
  /** What the rows of one scrape add. */
  judge(rows: readonly ModelRow[]): { readonly amounts: ModelAmounts; readonly isCorrected: boolean };
  /** LiteLLM restarted: every counter begins anew. */
  restart(): void;
};

type Series = { readonly model: string; readonly index: number; readonly values: (number | null)[] };

const INDEX_OF = new Map<string, number>([...COUNTERS.entries()].map(([index, counter]) => [counter, index]));

/**
 * Makes a judge that goes on from `values` and keeps them up to date. A model that was absent from one scrape and is back
 * in the next was booked whole by the predecessor: what it had shown before is taken off again. Metrics that are none of
 * ours are passed over.
 */
export function createModelJudge(values: ModelValues): ModelJudge {
  const known = new Map<string, Series | undefined>();
  const seriesOf = (key: string): Series | undefined => {
    const series = known.get(key);
    if (series || known.has(key)) return series;
    const made = makeSeries(values, key);
    known.set(key, made);
    return made;
  };
  return {
    judge(rows) {
      const amounts: ModelAmounts = new Map();
      let isCorrected = false;
      for (const [, , key, raw, delta] of rows) {
        const series = seriesOf(key);
        if (!series || !Number.isFinite(raw) || !Number.isFinite(delta)) continue;
        const { model, index } = series;
        const last = series.values[index] ?? null;
        series.values[index] = raw;
        if (delta === 0) continue;
        const most = last === null || isLower(raw, last) ? raw : Math.max(0, raw - last);
        const amount = isSame(delta, most, raw) ? delta : Math.min(delta, most);
        if (amount !== delta || amount < 0) isCorrected = true;
        if (amount <= 0) continue;
        const sums = amounts.get(model) ?? COUNTERS.map(() => 0);
        sums[index] = (sums[index] ?? 0) + amount;
        amounts.set(model, sums);
      }
      return { amounts, isCorrected };
    },
    restart() {
      values.clear();
      known.clear();
    },
  };
}

function makeSeries(values: ModelValues, key: string): Series | undefined {
  const [metric = ""] = key.split(" ", 1);
  const index = INDEX_OF.get(metric);
  if (index === undefined) return undefined;
  const label = key.slice(metric.length + 1);
  const row = values.get(label) ?? COUNTERS.map(() => null);
  values.set(label, row);
  return { model: modelOf(label), index, values: row };
}

/** The model that a `model` label names. */
export function modelOf(label: string | undefined): string {
  return labelValue(label) ?? UNKNOWN_MODEL;
}
