import type { Database } from "bun:sqlite";
import { COMPUTED, COUNTERS, METRICS } from "../../litellm/metrics.ts";
import { DEFAULT_QUESTION } from "../question/usage-question.ts";
import type { Summary } from "../summary.ts";
import { answerUsage, type UsageAnswer } from "../usage/answer.ts";
import type { Budgets, UsageBudget } from "../usage/budget.ts";
import type { UsageGroup } from "../usage/groups.ts";
import { type Measures, ratio } from "../usage/measures.ts";
import { NOTHING_KNOWN, shortCount, shortMoney, shortPercent } from "./short-text.ts";
import type { Standing } from "./standing.ts";

/** Models in a list; what comes after them is its last row, `other`. */
const MOST_MODELS = 20;
const PERIODS = ["today", "yesterday", "week", "month"] as const;
type Period = (typeof PERIODS)[number];

/** A row of a dynamic list. Homepage shows one field of it at each end. */
type ModelRow = {
  readonly name: string;
  readonly cost: number;
  readonly cost_text: string;
  readonly requests: number;
  readonly tokens: number;
  readonly tokens_text: string;
  /** `$0.42 | 1.2M tok`: everything that fits at one end of a row. */
  readonly summary: string;
};

type Flat = Record<string, string | number | boolean>;

/**
 * Everything a Homepage widget may show, each number with a text beside it: Homepage's own `float` keeps three decimals
 * and puts a space after a prefix. Flat but for the lists of models; every key is always there, none is null and none is
 * `error`, which would replace the whole widget. What is not known is 0 and its text `-`; percentages are 0 to 100, of a
 * budget beyond. The keys of a budget are there where it is set.
 */
export function homepageBody(
  db: Database,
  summary: Summary,
  standing: Standing,
  budgets: Budgets,
): Readonly<Record<string, unknown>> {
  const { now, zone } = summary.context;
  const ask = (period: Period): UsageAnswer =>
    answerUsage(db, { ...DEFAULT_QUESTION, span: { kind: "period", period }, top: MOST_MODELS }, now, zone, budgets);
  const [today, yesterday, week, month] = [ask("today"), ask("yesterday"), ask("week"), ask("month")] as const;
  const answers = { today, yesterday, week, month };
  const isAnyKnown = summary.lastScrape !== null;
  const lifetime = (name: string) => summary.values.get(`${name}_lifetime`) ?? 0;
  const inFlight = summary.values.get("in_flight_requests") ?? 0;
  return {
    schema_version: 1,
    ...standing,
    last_scrape: summary.lastScrape ?? "",
    source: summary.context.source,
    timezone: zone.name,
    ...Object.assign({}, ...PERIODS.map((period) => periodValues(period, answers[period]))),
    ...Object.assign({}, ...COUNTERS.map((name) => pair(name, "total", isAnyKnown ? lifetime(name) : null))),
    ...pair("in_flight_requests", "now", isAnyKnown ? inFlight : null),
    ...changeValues("today", today),
    ...changeValues("week", week),
    ...changeValues("month", month),
    ...forecastValues("today", today),
    ...forecastValues("week", week),
    ...forecastValues("month", month),
    ...Object.assign({}, ...PERIODS.map((period) => budgetValues(period, answers[period].budget))),
    models: today.groups.map(modelRow),
    models_week: week.groups.map(modelRow),
    models_month: month.groups.map(modelRow),
  };
}

/** Every measure of a period, the cost in cents too, and shares that are worked out of them. */
function periodValues(period: Period, { total, coverage }: UsageAnswer): Flat {
  const measures = [...COUNTERS, ...COMPUTED.map(({ name }) => name)].map((name) => pair(name, period, total[name]));
  const hits = total.cache_hits;
  const lookups = hits === null || total.cache_misses === null ? null : hits + total.cache_misses;
  return Object.assign(
    {},
    ...measures,
    { [`cost_${period}_cents`]: Number(((total.cost ?? 0) * 100).toFixed(8)) },
    pair("failed_pct", period, share(total.failed_requests, total.requests)),
    pair("cache_hit_pct", period, share(hits, lookups)),
    pair("coverage_pct", period, coverage.from === null ? null : coverage.observed_ratio * 100),
  );
}

/** Against the same moment of the period before; a rise from nothing has no percentage. */
function changeValues(period: Period, { total, previous }: UsageAnswer): Flat {
  const before = previous.cost;
  const change = total.cost === null || !before ? null : ((total.cost - before) / before) * 100;
  const rounded = Math.round(change ?? 0);
  const sign = rounded > 0 ? "+" : rounded < 0 ? "-" : "";
  return {
    [`cost_change_pct_${period}`]: Number((change ?? 0).toFixed(2)),
    [`cost_change_pct_${period}_text`]: change === null ? NOTHING_KNOWN : `${sign}${shortPercent(Math.abs(rounded))}`,
  };
}

/** Where the period is heading; while nobody can say, the number is what is spent already, and the text `-`. */
function forecastValues(period: Period, { total, forecast }: UsageAnswer): Flat {
  return {
    [`cost_${period}_forecast`]: forecast.cost ?? total.cost ?? 0,
    [`cost_${period}_forecast_text`]: forecast.cost === null ? NOTHING_KNOWN : shortMoney(forecast.cost),
  };
}

/** What may be spent in the period, and how it stands: `within`, `at_risk` where it is heading beyond, or `passed`. */
function budgetValues(period: Period, budget: UsageBudget | undefined): Flat {
  if (!budget) return {};
  const { limit, spent, remaining, used_ratio: used, passed, forecast_passes: isAtRisk } = budget;
  const usedPct = used === null ? null : Number((used * 100).toFixed(2));
  const state = passed ? "passed" : isAtRisk ? "at_risk" : "within";
  return {
    [`budget_${period}`]: limit,
    [`budget_${period}_text`]: shortMoney(limit),
    [`budget_left_${period}`]: remaining ?? limit,
    [`budget_left_${period}_text`]: spent === null ? NOTHING_KNOWN : shortMoney(remaining ?? limit),
    ...pair("budget_used_pct", period, usedPct),
    [`budget_state_${period}`]: state,
    [`budget_state_${period}_text`]: { within: "within budget", at_risk: "heading over", passed: "over budget" }[state],
  };
}

function modelRow(group: UsageGroup): ModelRow {
  const { model, folded } = group;
  const { cost, requests, tokens } = numbersOf(group);
  const [costText, tokensText] = [textOf("cost", group.cost), textOf("tokens", group.tokens)];
  return {
    name: folded === undefined ? (model ?? "unknown") : `${model} (${folded})`,
    cost,
    cost_text: costText,
    requests,
    tokens,
    tokens_text: tokensText,
    summary: `${costText} | ${tokensText} tok`,
  };
}

function numbersOf({ cost, requests, tokens }: Measures) {
  return { cost: cost ?? 0, requests: requests ?? 0, tokens: tokens ?? 0 };
}

/** `name_suffix` and its text. */
function pair(name: string, suffix: string, value: number | null): Flat {
  const key = suffix === "now" ? name : `${name}_${suffix}`;
  return { [key]: value ?? 0, [`${key}_text`]: textOf(name, value) };
}

function textOf(name: string, value: number | null): string {
  if (value === null) return NOTHING_KNOWN;
  if (name.endsWith("_pct")) return shortPercent(value);
  return METRICS.find((metric) => metric.name === name)?.unit === "usd" ? shortMoney(value) : shortCount(value);
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : ratio(part, whole, 100);
}
