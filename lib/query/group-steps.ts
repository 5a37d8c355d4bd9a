import type { Database } from "bun:sqlite";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { DIMENSIONS } from "../litellm/dimensions.ts";
import type { CounterName } from "../litellm/metrics.ts";
import type { UsageRow } from "../store/usage-rows.ts";
import { cleanNumber } from "./clean-number.ts";
import type { UsageGroup } from "./groups.ts";
import { eachStepRow, indexAt, type Slots } from "./steps.ts";
import type { UsageQuestion } from "./usage-question.ts";

/**
 * Gives each group the amounts of the asked counter in the steps of the answer, in their order. A rest line has those of
 * all groups that are not shown, so that the groups of a step add up to the step.
 */
export function withSteps(
  db: Database,
  { by, filters, groupSteps }: UsageQuestion,
  groups: readonly UsageGroup[],
  context: {
    readonly window: Window;
    readonly zone: Zone;
    readonly known: ReadonlySet<CounterName>;
    readonly slots: Slots;
  },
): readonly UsageGroup[] {
  if (groupSteps === undefined) return groups;
  const { step, slots } = context.slots;
  const dimensions = DIMENSIONS.filter((dimension) => by.includes(dimension));
  const keyOf = (values: UsageGroup | UsageRow) =>
    JSON.stringify(dimensions.map((dimension) => values[dimension] ?? null));
  const isRest = (group: UsageGroup) => group.folded !== undefined;
  const amounts = groups.map(() => slots.map(() => 0));
  const places = new Map(groups.flatMap((group, index) => (isRest(group) ? [] : [[keyOf(group), index] as const])));
  const rest = groups.findIndex(isRest);
  eachStepRow(db, { filters, dimensions }, context.window, context.zone, step, (at, row) => {
    const list = amounts[places.get(keyOf(row)) ?? rest];
    const index = indexAt(slots, at);
    if (list) list[index] = (list[index] ?? 0) + row[groupSteps];
  });
  const isShown = context.known.has(groupSteps);
  return groups.map((group, place) => ({
    ...group,
    steps: slots.map(({ isKnown }, index) => (isShown && isKnown ? cleanNumber(amounts[place]?.[index] ?? 0) : null)),
  }));
}
