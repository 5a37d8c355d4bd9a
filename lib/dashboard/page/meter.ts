import type { UsageAnswer } from "../../query/usage/answer.ts";
import { el } from "./dom.ts";
import { moneyText, percentText } from "./numbers.ts";

/** How much of the period's budget is used; nothing where there is none. */
export function meter({ budget }: UsageAnswer): HTMLElement | undefined {
  if (!budget) return undefined;
  const used = budget.used_ratio ?? (budget.passed ? 1 : 0);
  const state = budget.passed ? "passed" : budget.forecast_passes ? "near" : "well";
  const words = { passed: ", passed", near: ", on the way to pass it", well: "" }[state];
  const fill = el("span");
  fill.style.width = `${Math.min(100, used * 100)}%`;
  return el(
    "div",
    { class: "fact" },
    `${percentText(used * 100)} of the budget of ${moneyText(budget.limit)}${words}`,
    el("div", { class: "meter", "data-state": state, "aria-hidden": "true" }, fill),
  );
}
