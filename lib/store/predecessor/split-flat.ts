import { sharesOf } from "../../aggregator/spread.ts";
import { IS_WHOLE } from "../../litellm/metrics.ts";
import { type ModelAmounts, UNKNOWN_MODEL } from "./judge-models.ts";
import { isLower, isSame } from "./noise.ts";

/**
 * Divides what all models used together among them, in `models` itself: what they do not explain belongs to `unknown`,
 * and where they claim more than there was, each gets less in proportion. Numbers stand in the order of `COUNTERS`. Gives
 * whether models got less.
 */
export function splitFlat(flat: readonly number[], models: ModelAmounts): boolean {
  let isReduced = false;
  for (const [index, total] of flat.entries()) {
    let claimed = 0;
    for (const amounts of models.values()) claimed += amounts[index] ?? 0;
    if (isSame(claimed, total, total)) continue;
    if (isLower(claimed, total)) {
      const unknown = models.get(UNKNOWN_MODEL) ?? flat.map(() => 0);
      unknown[index] = (unknown[index] ?? 0) + total - claimed;
      models.set(UNKNOWN_MODEL, unknown);
    } else {
      reduce([...models.values()], index, total, claimed);
      isReduced = true;
    }
  }
  return isReduced;
}

function reduce(models: readonly number[][], index: number, total: number, claimed: number): void {
  const slots = models.map((amounts) => ({ bucketAt: 0, weight: (amounts[index] ?? 0) / claimed }));
  const shares = sharesOf(total, IS_WHOLE[index] ?? false, slots);
  for (const [position, amounts] of models.entries()) amounts[index] = shares[position] ?? 0;
}
