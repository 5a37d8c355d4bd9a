import { describe, expect, test } from "bun:test";
import { PERIODS } from "../../../lib/aggregator/window.ts";
import { type Budgets, budgetOf, NO_BUDGETS } from "../../../lib/query/usage/budget.ts";
import { openMetered } from "../../support/metered.ts";

const ALL: Budgets = { budgetDaily: 5, budgetWeekly: 20, budgetMonthly: 50 };
const UNKNOWN = { cost: null, low: null, high: null };

/** How today stands at a limit of so much. */
function today(limit: number, spent: number | null, forecast: number | null = null) {
  const span = { kind: "period", period: "today" } as const;
  const budgets = { ...NO_BUDGETS, budgetDaily: limit };
  return budgetOf({ span, filters: [] }, spent, { cost: forecast, low: forecast, high: forecast }, budgets);
}

test("is that of the window which is asked about", () => {
  const limits = PERIODS.map((period) => {
    const budget = budgetOf({ span: { kind: "period", period }, filters: [] }, 1, UNKNOWN, ALL);
    return [period, budget?.window, budget?.limit];
  });
  expect(limits).toEqual([
    ["today", "daily", 5],
    ["yesterday", "daily", 5],
    ["week", "weekly", 20],
    ["month", "monthly", 50],
  ]);
});

test("tells what is left and what is used", () => {
  expect(today(5, 1.1)).toEqual({
    window: "daily",
    limit: 5,
    spent: 1.1,
    remaining: 3.9,
    used_ratio: 0.22,
    passed: false,
    forecast_passes: false,
  });
});

describe("is passed", () => {
  test("by more than the limit, not by the limit itself", () => {
    expect([today(5, 5)?.passed, today(5, 5.000000001)?.passed]).toEqual([false, true]);
  });

  test("by anything where nothing may be spent", () => {
    expect([today(0, 0)?.passed, today(0, 1e-9)?.passed, today(0, 1)?.used_ratio]).toEqual([false, true, null]);
  });

  test("not where LiteLLM shows no spend", () => {
    expect(today(0, null)).toMatchObject({ spent: null, remaining: null, used_ratio: null, passed: false });
  });

  test("in the end, where the forecast lies above it", () => {
    expect([today(5, 1, 5)?.forecast_passes, today(5, 1, 5.1)?.forecast_passes]).toEqual([false, true]);
  });
});

describe("is absent", () => {
  test.each<[why: string, words: Record<string, string>, budgets: Budgets]>([
    ["where none is set for the window", { period: "week" }, { ...ALL, budgetWeekly: undefined }],
    ["of a stretch that is no civil window", { last: "24h" }, ALL],
    ["of a range", { since: "2026-11-21" }, ALL],
    ["where a filter leaves out a part of the spend", { model: "a" }, ALL],
  ])("%s", (_, words, budgets) => {
    using store = openMetered("2026-11-20T00:00:00Z", { budgets });
    store.use("2026-11-21T10:00:00Z", { model: "a" }, { cost: 1 });
    expect(store.answer(words)).not.toHaveProperty("budget");
  });
});

test("stands last in an answer, with the answer's own cost", () => {
  using store = openMetered("2026-11-20T00:00:00Z", { budgets: ALL });
  store.use("2026-11-21T10:00:00Z", { model: "a" }, { cost: 6.5 });
  const answer = store.answer();
  expect(Object.keys(answer).at(-1)).toBe("budget");
  expect(answer.budget).toMatchObject({ limit: 5, spent: 6.5, remaining: -1.5, used_ratio: 1.3, passed: true });
});
