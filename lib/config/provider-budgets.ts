import * as v from "valibot";
import type { ProviderBudget } from "../query/spend/budgets.ts";
import type { TextSchema } from "./schemas.ts";

const MOST_DAYS = 3660;
const ENTRY = /^([^=,\s]+)=(\d+(?:\.\d+)?)\/(\d{1,4})d$/;

/** LiteLLM's own words for a budget: those of `provider_budget_config`, and those of its code. */
const CONFIGURED = v.record(
  v.string(),
  v.union([
    v.object({ budget_limit: v.number(), time_period: v.string() }),
    v.object({ max_budget: v.number(), budget_duration: v.string() }),
  ]),
);

/** Budgets of providers, as `openai=100/1d,azure=50/7d` or as LiteLLM's `provider_budget_config` in JSON. */
export function providerBudgets(): TextSchema<readonly ProviderBudget[]> {
  return v.pipe(
    v.string(),
    v.transform(parseBudgets),
    v.custom<readonly ProviderBudget[]>((budgets) => budgets !== undefined),
    v.description(
      'budgets such as openai=100/1d,azure=50/7d, or LiteLLM\'s provider_budget_config as JSON: {"openai": {"budget_limit": 100, "time_period": "1d"}}',
    ),
  );
}

function parseBudgets(text: string): readonly ProviderBudget[] | undefined {
  const budgets = text.trimStart().startsWith("{") ? fromJson(text) : text.split(",").map((entry) => fromEntry(entry));
  const known = budgets?.flatMap((budget) => budget ?? []);
  if (known === undefined || known.length !== budgets?.length) return undefined;
  return new Set(known.map(({ provider }) => provider)).size === known.length ? known : undefined;
}

function fromEntry(entry: string): ProviderBudget | undefined {
  const [, provider, limit, days] = ENTRY.exec(entry.trim()) ?? [];
  return provider === undefined ? undefined : budgetOf(provider, Number(limit), `${days}d`);
}

function fromJson(text: string): (ProviderBudget | undefined)[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = v.safeParse(CONFIGURED, value);
  if (!read.success) return undefined;
  return Object.entries(read.output).map(([provider, budget]) =>
    "budget_limit" in budget
      ? budgetOf(provider, budget.budget_limit, budget.time_period)
      : budgetOf(provider, budget.max_budget, budget.budget_duration),
  );
}

function budgetOf(provider: string, limit: number, period: string): ProviderBudget | undefined {
  const days = Number(/^([1-9]\d{0,3})d$/.exec(period)?.[1]);
  return limit >= 0 && days <= MOST_DAYS ? { provider, limit, days } : undefined;
}
