import type { Period } from "../../aggregator/window.ts";
import { cleanNumber } from "../clean-number.ts";
import type { UsageQuestion } from "../question/usage-question.ts";
import type { Forecast } from "./forecast.ts";

/** What may be spent in a civil day, week and month, in US dollars, by the names of the settings; undefined: no budget. */
export type Budgets = {
  readonly budgetDaily: number | undefined;
  readonly budgetWeekly: number | undefined;
  readonly budgetMonthly: number | undefined;
};

/** No budget for any window. */
export const NO_BUDGETS: Budgets = { budgetDaily: undefined, budgetWeekly: undefined, budgetMonthly: undefined };

/** How a window stands against its budget; amounts are US dollars, null where LiteLLM shows no spend. */
export type UsageBudget = {
  readonly window: "daily" | "weekly" | "monthly";
  readonly limit: number;
  readonly spent: number | null;
  /** What is left; below zero where the budget is passed. */
  readonly remaining: number | null;
  /** What is spent over the limit; null where the limit is nothing. */
  readonly used_ratio: number | null;
  readonly passed: boolean;
  /** Whether the forecast for the whole window lies above the limit. */
  readonly forecast_passes: boolean;
};

const WINDOWS: { readonly [P in Period]: UsageBudget["window"] } = {
  today: "daily",
  yesterday: "daily",
  week: "weekly",
  month: "monthly",
};

/**
 * The budget of the window that is asked about. None where none is set, where the stretch of time is no civil day, week
 * or month, and where filters leave a part of the spend out: a budget is for all of it.
 */
export function budgetOf(
  { span, filters }: Pick<UsageQuestion, "span" | "filters">,
  spent: number | null,
  forecast: Forecast,
  budgets: Budgets,
): UsageBudget | undefined {
  if (span.kind !== "period" || filters.length > 0) return undefined;
  const window = WINDOWS[span.period];
  const limit = limitOf(window, budgets);
  if (limit === undefined) return undefined;
  return {
    window,
    limit,
    spent,
    remaining: spent === null ? null : cleanNumber(limit - spent),
    used_ratio: spent === null || limit === 0 ? null : Math.round((spent / limit) * 10_000) / 10_000,
    passed: spent !== null && spent > limit,
    forecast_passes: forecast.cost !== null && forecast.cost > limit,
  };
}

function limitOf(window: UsageBudget["window"], budgets: Budgets): number | undefined {
  switch (window) {
    case "daily":
      return budgets.budgetDaily;
    case "weekly":
      return budgets.budgetWeekly;
    case "monthly":
      return budgets.budgetMonthly;
    default:
      return window satisfies never;
  }
}
