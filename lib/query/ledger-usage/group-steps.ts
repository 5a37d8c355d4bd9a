import type { Window } from "../../aggregator/window.ts";
import { zeroSums } from "../../store/read/totals.ts";
import type { UsageQuestion } from "../question/usage-question.ts";
import { stepAmounts } from "../usage/group-steps.ts";
import type { UsageGroup } from "../usage/groups.ts";
import { addRow } from "./ledger-sums.ts";
import { dimensionsOf } from "./rollup.ts";
import { type LedgerSlots, STEP_COUNTERS } from "./steps.ts";
import type { WindowReader } from "./window-reader.ts";

/** Gives each group the amounts of the asked counter in the steps of the answer, as those of the metrics have them. */
export async function withLedgerSteps(
  reader: WindowReader,
  question: UsageQuestion,
  groups: readonly UsageGroup[],
  window: Window,
  { step, slots }: LedgerSlots,
): Promise<readonly UsageGroup[]> {
  const { groupSteps } = question;
  if (groupSteps === undefined) return groups;
  const by = dimensionsOf(question);
  const amounts = stepAmounts(groups, by, slots);
  for (const row of await reader.rows({ window, by, time: step === "day" ? "day" : "quarter" })) {
    const sums = zeroSums();
    addRow(sums, row);
    const values = Object.fromEntries(by.map((name, index) => [name, row.names[index] ?? null]));
    amounts.add(values, row.at, sums[groupSteps]);
  }
  return amounts.groups(STEP_COUNTERS.has(groupSteps));
}
