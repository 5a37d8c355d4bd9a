import type { Dimension } from "../../litellm/dimensions.ts";
import type { Unit } from "./numbers.ts";

/** What spend can be grouped and filtered by, as the page names it. */
export const DIMENSIONS = [
  ["model", "Model"],
  ["model_group", "Model group"],
  ["provider", "Provider"],
  ["team", "Team"],
  ["key", "Key"],
  ["user", "User"],
  ["end_user", "End user"],
] as const satisfies readonly (readonly [Dimension, string])[];

/** Those that name people. */
export const PEOPLE: readonly Dimension[] = ["team", "key", "user", "end_user"];

/** What the chart and the table measure. */
export const METRICS = [
  ["cost", "Spend"],
  ["requests", "Requests"],
  ["tokens", "Tokens"],
  ["failed_requests", "Failures"],
] as const;
export type Metric = (typeof METRICS)[number][0];

/** What a metric is counted in. */
export function unitOf(metric: Metric): Unit {
  return metric === "cost" ? "usd" : "count";
}

const PERIODS = ["today", "yesterday", "week", "month"] as const;

/** The stretch of time that is shown, in the API's words. */
export type Range =
  | { readonly kind: "period"; readonly period: (typeof PERIODS)[number] }
  | { readonly kind: "last"; readonly last: string }
  | { readonly kind: "range"; readonly since: string; readonly until: string | undefined };

/** Everything that the page's address says. */
export type View = {
  readonly range: Range;
  readonly by: Dimension;
  readonly metric: Metric;
  readonly filters: readonly (readonly [Dimension, string])[];
  /** Column of the table by which it is sorted, the largest first unless `ascending`. */
  readonly sort: string | undefined;
  readonly ascending: boolean;
  /** Part of a name that the rows of the table have. */
  readonly find: string;
};

export const DEFAULT_VIEW: View = {
  range: { kind: "last", last: "30d" },
  by: "model",
  metric: "cost",
  filters: [],
  sort: undefined,
  ascending: false,
  find: "",
};

/** Reads the query of an address; what it does not understand is as if it were not there. */
export function parseView(search: string): View {
  const words = new URLSearchParams(search);
  const by = DIMENSIONS.find(([name]) => name === words.get("by"))?.[0];
  const metric = METRICS.find(([name]) => name === words.get("metric"))?.[0];
  return {
    range: parseRange(words),
    by: by ?? DEFAULT_VIEW.by,
    metric: metric ?? DEFAULT_VIEW.metric,
    filters: DIMENSIONS.flatMap(([name]) => [...new Set(words.getAll(name))].map((value) => [name, value] as const)),
    sort: words.get("sort") ?? undefined,
    ascending: words.get("order") === "asc",
    find: words.get("find") ?? "",
  };
}

/** The query of a view, `?` and all; what is as usual is left out. */
export function searchOf(view: View): string {
  const words = new URLSearchParams(rangeWords(view.range));
  if (isSameRange(view.range, DEFAULT_VIEW.range)) words.delete("last");
  if (view.by !== DEFAULT_VIEW.by) words.set("by", view.by);
  if (view.metric !== DEFAULT_VIEW.metric) words.set("metric", view.metric);
  for (const [name, value] of view.filters) words.append(name, value);
  if (view.sort !== undefined) words.set("sort", view.sort);
  if (view.ascending) words.set("order", "asc");
  if (view.find !== "") words.set("find", view.find);
  return `?${words}`;
}

/** The words by which the API is asked for a range. */
export function rangeWords(range: Range): Record<string, string> {
  switch (range.kind) {
    case "period":
      return { period: range.period };
    case "last":
      return { last: range.last };
    case "range":
      return { since: range.since, ...(range.until === undefined ? {} : { until: range.until }) };
    default:
      return range satisfies never;
  }
}

export function isSameRange(a: Range, b: Range): boolean {
  return JSON.stringify(rangeWords(a)) === JSON.stringify(rangeWords(b));
}

function parseRange(words: URLSearchParams): Range {
  const period = PERIODS.find((name) => name === words.get("period"));
  if (period) return { kind: "period", period };
  const since = words.get("since");
  if (since) return { kind: "range", since, until: words.get("until") ?? undefined };
  const last = words.get("last");
  return last ? { kind: "last", last } : DEFAULT_VIEW.range;
}
