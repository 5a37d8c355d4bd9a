import type { UsageStep } from "../query/usage/steps.ts";
import type { Glyphs } from "./glyphs.ts";
import { sparkLine } from "./spark-line.ts";

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

/**
 * The cost of each step as a spark line with its name: `cost by hour ▁▂▅█`. Neighbours are added up until the line fits.
 * Nothing where there are not two steps or no cost.
 */
export function costOverTime(steps: readonly UsageStep[], glyphs: Glyphs, width: number): string[] {
  const costs = steps.map(({ cost }) => cost ?? 0);
  if (costs.length < 2 || !costs.some((cost) => cost > 0)) return [];
  const unit = stepUnit(steps);
  let merged = 1;
  while (label(unit, merged).length + Math.ceil(costs.length / merged) > width && merged < costs.length) merged++;
  return [label(unit, merged) + sparkLine(costs, merged, glyphs.ramp)];
}

type Unit = "quarter" | "hour" | "day" | undefined;

function label(unit: Unit, merged: number): string {
  switch (unit) {
    case undefined:
      return "cost over time ";
    case "quarter":
      return `cost by ${15 * merged} min `;
    case "hour":
    case "day":
      return merged === 1 ? `cost by ${unit} ` : `cost by ${merged} ${unit}s `;
    default:
      return unit satisfies never;
  }
}

/** What the steps are; the first may be the rest of one, so that two do not tell. */
function stepUnit(steps: readonly UsageStep[]): Unit {
  if (steps.length < 3) return undefined;
  const starts = steps.map(({ at }) => Date.parse(at));
  const longest = starts.slice(1).reduce((most, at, index) => Math.max(most, at - (starts[index] ?? at)), 0);
  if (longest <= QUARTER_MS) return "quarter";
  return longest <= HOUR_MS ? "hour" : "day";
}
