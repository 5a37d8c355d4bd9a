import { isoIn } from "../../aggregator/iso.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { zeroSums } from "../../store/read/totals.ts";
import type { Sums } from "../../store/read/usage-rows.ts";
import type { Step } from "../question/usage-question.ts";
import { measuresOf, noMeasures } from "../usage/measures.ts";
import { indexAt, nextStart, type UsageStep } from "../usage/steps.ts";
import { addRow, countersKnown } from "./ledger-sums.ts";
import type { WindowReader } from "./window-reader.ts";

/** The elapsed part of a window cut into slots, with what was used in each; known is what the records cover. */
export type LedgerSlots = {
  readonly step: Step;
  readonly slots: readonly { readonly at: number; readonly sums: Sums; readonly isKnown: boolean }[];
};

/** The counters whose amounts in steps every rollup holds. */
export const STEP_COUNTERS = countersKnown(false);

/** Cuts the elapsed part of a window into steps, without a gap, oldest first; `window` is what is read of it. */
export async function ledgerSlots(
  reader: WindowReader,
  step: Step,
  {
    elapsed,
    window,
    reach,
    zone,
  }: {
    readonly elapsed: Window;
    readonly window: Window;
    readonly reach: Window | undefined;
    readonly zone: Zone;
  },
): Promise<LedgerSlots> {
  const slots: { at: number; sums: Sums; isKnown: boolean }[] = [];
  for (let at = elapsed.from; at < elapsed.to; ) {
    const end = Math.min(elapsed.to, nextStart(at, step, zone));
    slots.push({ at, sums: zeroSums(), isKnown: reach !== undefined && reach.from < end && reach.to > at });
    at = end;
  }
  for (const row of await reader.rows({ window, by: [], time: step === "day" ? "day" : "quarter" })) {
    const slot = slots[indexAt(slots, row.at)];
    if (slot) addRow(slot.sums, row);
  }
  return { step, slots };
}

/** The steps as an answer shows them. */
export function ledgerSteps({ slots }: LedgerSlots, zone: Zone): UsageStep[] {
  return slots.map(({ at, sums, isKnown }) => ({
    at: isoIn(at, zone),
    estimated: false,
    ...(isKnown ? measuresOf(sums, STEP_COUNTERS) : noMeasures()),
  }));
}
