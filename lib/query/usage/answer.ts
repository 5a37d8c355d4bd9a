import type { Database } from "bun:sqlite";
import { isoIn } from "../../aggregator/iso.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { knownCounters, newestPageAt } from "../../store/read/state.ts";
import { sourcesOf } from "../../store/read/usage-rows.ts";
import { inOneView } from "../one-view.ts";
import { askedWindow, elapsedOf } from "../question/asked-window.ts";
import type { UsageQuestion } from "../question/usage-question.ts";
import { type Budgets, budgetOf, NO_BUDGETS, type UsageBudget } from "./budget.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type Forecast, forecastOf } from "./forecast.ts";
import { withSteps } from "./group-steps.ts";
import { groupsOf, type UsageGroup } from "./groups.ts";
import { type Latency, type Measures, measuresOf } from "./measures.ts";
import { sumsOf } from "./partial-sums.ts";
import { previousOf, type UsagePrevious } from "./previous.ts";
import { slotsOf, stepsOf, type UsageStep } from "./steps.ts";

/** The answer to a usage question; `/api/v1/usage` and `report --json` write it as it is. */
export type UsageAnswer = {
  readonly schema_version: 1;
  /** Absent where the numbers come from LiteLLM's metrics. */
  readonly source?: "ledger";
  readonly period: {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly timezone: string;
    /** Whether the ledger had to widen the window to whole days. */
    readonly is_rounded?: boolean;
  };
  /** The whole days around the period that latencies are of, kept by day; absent where no rollup holds any. */
  readonly latency_period?: { readonly from: string; readonly to: string };
  readonly coverage: Coverage;
  readonly total: Measures & Latency;
  readonly groups: readonly UsageGroup[];
  readonly steps: readonly UsageStep[];
  readonly previous: UsagePrevious;
  readonly forecast: Forecast;
  /** Where the window has a budget. */
  readonly budget?: UsageBudget;
};

/** Answers a usage question from the store. `now` decides which day today is; the numbers end at the newest good page. */
export function answerUsage(
  db: Database,
  question: UsageQuestion,
  now: number,
  zone: Zone,
  budgets: Budgets = NO_BUDGETS,
): UsageAnswer {
  return inOneView(db, () => readAnswer(db, question, now, zone, budgets));
}

function readAnswer(db: Database, question: UsageQuestion, now: number, zone: Zone, budgets: Budgets): UsageAnswer {
  const newest = newestPageAt(db);
  const asked = askedWindow(question.span, now, newest ?? now, zone);
  const { window, sources } = sourcesOf(db, asked.window, zone);
  const { elapsed, seen } = elapsedOf(window, newest);
  const { to } = elapsed;
  const { filters } = question;
  const known = knownCounters(db);
  const sums = sumsOf(db, window, zone, filters);
  const total = measuresOf(sums, known);
  const slots = slotsOf(db, question, seen, zone);
  const groups = groupsOf(db, question, window, sources, known, zone);
  const forecast = forecastOf(db, {
    total: sums.cost,
    seen,
    at: to,
    end: asked.end,
    zone,
    filters,
    isKnown: known.has("cost"),
  });
  const budget = budgetOf(question, total.cost, forecast, budgets);
  return {
    schema_version: 1,
    period: { name: asked.name, from: isoIn(window.from, zone), to: isoIn(to, zone), timezone: zone.name },
    coverage: coverageOf(db, elapsed, seen, zone),
    total,
    groups: withSteps(db, question, groups, { window: seen, zone, known, slots }),
    steps: stepsOf(slots, zone, known),
    previous: previousOf(db, asked.previous, elapsed, zone, filters, known),
    forecast,
    ...(budget ? { budget } : {}),
  };
}
