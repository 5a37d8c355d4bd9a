import type { Database } from "bun:sqlite";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { DIMENSIONS } from "../../litellm/dimensions.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { cleanNumber } from "../clean-number.ts";
import type { Grouping, UsageQuestion } from "../question/usage-question.ts";
import type { UsageGroup } from "./groups.ts";
import { eachStepRow, indexAt, type Slots } from "./steps.ts";

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
  const amounts = stepAmounts(groups, dimensions, slots);
  eachStepRow(db, { filters, dimensions }, context.window, context.zone, step, (at, row) =>
    amounts.add(row, at, row[groupSteps]),
  );
  return amounts.groups(context.known.has(groupSteps));
}

/** A slot of time, and whether it is known what was used in it. */
type StepSlot = { readonly at: number; readonly isKnown: boolean };

/** Adds up amounts by group and slot; what belongs to no group that is shown goes to the rest line. */
export function stepAmounts<Name extends Grouping>(
  groups: readonly UsageGroup[],
  names: readonly Name[],
  slots: readonly StepSlot[],
): {
  /** Adds an amount under some names at an instant. */
  add(values: { readonly [N in Name]?: string | null }, at: number, amount: number): void;
  /** The groups with their steps; these are null where the slot or, unless `isShown`, the counter is not known. */
  groups(isShown: boolean): readonly UsageGroup[];
} {
  const keyOf = (values: { readonly [N in Name]?: string | null }) =>
    JSON.stringify(names.map((name) => values[name] ?? null));
  const isRest = (group: UsageGroup) => group.folded !== undefined;
  const amounts = groups.map(() => slots.map(() => 0));
  const places = new Map(groups.flatMap((group, index) => (isRest(group) ? [] : [[keyOf(group), index] as const])));
  const rest = groups.findIndex(isRest);
  return {
    add(values, at, amount) {
      const list = amounts[places.get(keyOf(values)) ?? rest];
      const index = indexAt(slots, at);
      if (list) list[index] = (list[index] ?? 0) + amount;
    },
    groups: (isShown) =>
      groups.map((group, place) => ({
        ...group,
        steps: slots.map(({ isKnown }, index) =>
          isShown && isKnown ? cleanNumber(amounts[place]?.[index] ?? 0) : null,
        ),
      })),
  };
}
