import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { askedWindow } from "../question/asked-window.ts";
import { isBad } from "../question/question-words.ts";
import { type AskedSource, needsLedger, type UsageQuestion } from "../question/usage-question.ts";
import { usualStep } from "../usage/steps.ts";
import { covers } from "./reach.ts";
import { rollupFor } from "./rollup.ts";

/**
 * Where a question is answered from that names no source, or can be answered by the ledger only: by the ledger where it
 * holds the combination and covers the window (`reach` is what its records cover), or where the metrics have nothing at all.
 */
export function chooseSource(
  reach: Window | undefined,
  question: UsageQuestion,
  { now, zone, hasMetrics }: { readonly now: number; readonly zone: Zone; readonly hasMetrics: boolean },
): AskedSource {
  if (needsLedger(question)) return "ledger";
  if (question.source !== undefined) return question.source;
  const rollup = rollupFor(question);
  // Where neither can answer, the ledger says what there is instead.
  if (isBad(rollup)) return hasMetrics ? "metrics" : "ledger";
  if (!hasMetrics) return reach ? "ledger" : "metrics";
  const { window } = askedWindow(question.span, now, reach?.to ?? now, zone);
  // Steps of groups that are known by day only would be a single one.
  const isTooCoarse = question.groupSteps !== undefined && !rollup.knowsHours && usualStep(window) === "hour";
  return covers(reach, window, now) && !isTooCoarse ? "ledger" : "metrics";
}
