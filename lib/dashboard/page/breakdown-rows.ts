import type { Dimension } from "../../litellm/dimensions.ts";
import type { UsageGroup } from "../../query/usage/groups.ts";
import { nameOf } from "./chart-data.ts";
import type { Metric, View } from "./view.ts";

/** One row of the breakdown: a group with what is computed from it; money in US dollars. */
export type Row = {
  readonly name: string;
  readonly value: string | undefined;
  readonly numbers: { readonly [C in ColumnName]: number | null };
};

/** The columns of numbers. */
export const COLUMNS = [
  ["cost", "Spend"],
  ["share", "Share"],
  ["requests", "Requests"],
  ["failed_requests", "Failed"],
  ["input_tokens", "Input tokens"],
  ["output_tokens", "Output tokens"],
  ["input_cached_pct", "Cached"],
  ["per_1k", "$ / 1K requests"],
] as const;
export type ColumnName = (typeof COLUMNS)[number][0];

/** The rows of an answer's groups. `total` is what the shares are of, in the chosen metric. */
export function rowsOf(groups: readonly UsageGroup[], by: Dimension, metric: Metric, total: number | null): Row[] {
  return groups.map((group) => {
    const { cost, requests, failed_requests, input_tokens, output_tokens, input_cached_pct } = group;
    const amount = group[metric];
    return {
      ...nameOf(group, by),
      numbers: {
        cost,
        share: amount === null || total === null || total === 0 ? null : (amount / total) * 100,
        requests,
        failed_requests,
        input_tokens,
        output_tokens,
        input_cached_pct,
        per_1k: cost === null || requests === null || requests === 0 ? null : (cost / requests) * 1000,
      },
    };
  });
}

/** The column by which a view sorts: `name`, or one of the numbers; the metric's own unless another is asked for. */
export function sortColumn({ sort, metric }: View): "name" | ColumnName {
  if (sort === "name") return sort;
  const asked = COLUMNS.find(([name]) => name === sort)?.[0];
  return asked ?? (metric === "tokens" ? "share" : metric);
}

/** The rows whose names hold the text that is looked for, in the asked order; what is not known comes last. */
export function arranged(rows: readonly Row[], view: View): Row[] {
  const find = view.find.trim().toLowerCase();
  const column = sortColumn(view);
  const sign = view.ascending ? 1 : -1;
  const found = rows.filter(({ name }) => find === "" || name.toLowerCase().includes(find));
  if (column === "name") return found.sort((a, b) => sign * a.name.localeCompare(b.name, "en", { numeric: true }));
  return found.sort((a, b) => {
    const [left, right] = [a.numbers[column], b.numbers[column]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}
