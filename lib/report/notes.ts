import type { UsageAnswer } from "../query/usage/answer.ts";
import { exactMoneyText } from "./money-text.ts";

/** What a reader must be warned of: what is known to be wrong, and a budget that will not last. */
export function notesOn(told: { readonly answer: UsageAnswer; readonly notes: readonly string[] }): string[] {
  const { budget, forecast } = told.answer;
  if (!budget?.forecast_passes || budget.passed || forecast.cost === null) return [...told.notes];
  const limit = exactMoneyText(budget.limit);
  return [...told.notes, `The ${budget.window} budget of ${limit} will be passed, if it goes on like this`];
}
