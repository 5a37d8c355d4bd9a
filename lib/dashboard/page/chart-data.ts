import type { Dimension } from "../../litellm/dimensions.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { UsageGroup } from "../../query/usage/groups.ts";
import type { Unit } from "./numbers.ts";
import { type Metric, unitOf } from "./view.ts";
import { wallTime } from "./wall-time.ts";

/** How often a group's name is not known. */
const NO_NAME = "(none)";

/** The place of a layer's color in the palette, or what the color means. */
export type LayerColor = number | "rest" | "bad";

/** One layer of the stack, the largest first. */
export type Layer = {
  readonly name: string;
  /** The value to filter by; undefined where there is none. */
  readonly value: string | undefined;
  readonly color: LayerColor;
  readonly total: number | null;
  readonly amounts: readonly (number | null)[];
};

/** What the chart shows: one column a step. */
export type ChartData = {
  /** ISO texts of the steps' beginnings. */
  readonly starts: readonly string[];
  readonly isDaily: boolean;
  /** How many steps the whole period has; those that are yet to come stay empty. */
  readonly places: number;
  /** Of each step; null where it is not known. */
  readonly totals: readonly (number | null)[];
  readonly estimated: readonly boolean[];
  readonly layers: readonly Layer[];
  readonly unit: Unit;
};

const HOUR_MS = 3_600_000;
const DAY_STEP_MS = 20 * HOUR_MS;

/** Makes the chart of an answer with the steps of its groups. */
export function chartData(answer: UsageAnswer, by: Dimension, metric: Metric): ChartData {
  return {
    ...timeAxis(answer),
    unit: unitOf(metric),
    totals: answer.steps.map((step) => step[metric]),
    layers: answer.groups.map((group, index) => ({
      ...nameOf(group, by),
      color: group.folded === undefined ? index : "rest",
      total: group[metric],
      amounts: group.steps ?? [],
    })),
  };
}

/** The steps of an answer as a time axis. */
export function timeAxis({
  period,
  steps,
}: UsageAnswer): Pick<ChartData, "starts" | "isDaily" | "places" | "estimated"> {
  const starts = steps.map(({ at }) => at);
  const isDaily = stepMs(starts) > DAY_STEP_MS;
  return {
    starts,
    isDaily,
    places: Math.max(starts.length, placesOf(period, isDaily)),
    estimated: steps.map(({ estimated }) => estimated),
  };
}

/** The days or hours of a civil period, as far as they are always the same many. */
function placesOf({ name, from }: UsageAnswer["period"], isDaily: boolean): number {
  if (name === "today" && !isDaily) return 24;
  const { year, month } = wallTime(from);
  if (name === "month" && isDaily) return new Date(Date.UTC(year, month, 0)).getUTCDate();
  return name === "week" && isDaily ? 7 : 0;
}

/** The name of a group as it is shown, and the value that a filter finds it by. */
export function nameOf(
  group: UsageGroup,
  by: Dimension,
): { readonly name: string; readonly value: string | undefined } {
  if (group.folded !== undefined) return { name: `${group.folded} more`, value: undefined };
  const value = group[by];
  return value === null || value === undefined || value === ""
    ? { name: NO_NAME, value: undefined }
    : { name: value, value };
}

/**
 * How long the steps are, in milliseconds: the longest, as the first one may begin in the middle and days of daylight
 * saving time differ. The API's steps are hours where there is but one.
 */
export function stepMs(starts: readonly string[]): number {
  const instants = starts.map((start) => Date.parse(start));
  const lengths = instants.slice(1).map((instant, index) => instant - (instants[index] ?? instant));
  return lengths.length === 0 ? HOUR_MS : Math.max(...lengths);
}

/** For each layer the sum of itself and all below it, step by step; null where the step is not known. */
export function stacked(layers: readonly Layer[]): (number | null)[][] {
  const below: number[] = [];
  return layers.map(({ amounts }) =>
    amounts.map((amount, index) => {
      if (amount === null) return null;
      const top = (below[index] ?? 0) + amount;
      below[index] = top;
      return top;
    }),
  );
}

/**
 * Where an instant stands on an axis on which step `i` reaches from `i - 0.5` to `i + 0.5`; outside of all steps it is at
 * the nearer end.
 */
export function placeOf(at: number, starts: readonly number[], lastEnd: number): number {
  let low = 0;
  for (let high = starts.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? at;
  const end = starts[low + 1] ?? lastEnd;
  const share = end > start ? (at - start) / (end - start) : 0;
  return low - 0.5 + Math.min(1, Math.max(0, share));
}
