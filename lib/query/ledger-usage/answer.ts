import { isoIn } from "../../aggregator/iso.ts";
import { BUCKET_MS, bucketOf, ceilToBucket } from "../../aggregator/spread.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { LedgerSums } from "../../ledger/questions/usage-rows.ts";
import type { LedgerState } from "../../ledger/reader.ts";
import { zeroSums } from "../../store/read/totals.ts";
import type { Sums } from "../../store/read/usage-rows.ts";
import { askedWindow } from "../question/asked-window.ts";
import type { BadQuestion } from "../question/question-words.ts";
import { isBad } from "../question/question-words.ts";
import type { UsageQuestion } from "../question/usage-question.ts";
import type { UsageAnswer } from "../usage/answer.ts";
import { type Budgets, budgetOf, NO_BUDGETS } from "../usage/budget.ts";
import { BASE_DAYS, type Forecast, forecastFrom, LEAST_OBSERVED_MS } from "../usage/forecast.ts";
import { measuresOf, noMeasures } from "../usage/measures.ts";
import type { Previous, UsagePrevious } from "../usage/previous.ts";
import { sameStretch } from "../usage/previous.ts";
import { usualStep } from "../usage/steps.ts";
import { withLedgerSteps } from "./group-steps.ts";
import { ledgerGroups } from "./groups.ts";
import { addRow, countersKnown, latencyOf } from "./ledger-sums.ts";
import { ledgerCoverage, reachOf } from "./reach.ts";
import { dimensionsOf, rollupFor } from "./rollup.ts";
import { ledgerSlots, ledgerSteps } from "./steps.ts";
import { type Need, type WindowReader, windowReader } from "./window-reader.ts";

const DAY_MS = 86_400_000;

/**
 * Answers a usage question from the spend ledger, in the words of the answer from the metrics. Windows that the rollup
 * cannot cut are widened to whole days, and `period` says so.
 */
export async function answerLedgerUsage(
  ledger: LedgerState,
  question: UsageQuestion,
  now: number,
  zone: Zone,
  budgets: Budgets = NO_BUDGETS,
): Promise<UsageAnswer | BadQuestion> {
  const rollup = rollupFor(question);
  if (isBad(rollup)) return rollup;
  const reach = await reachOf(ledger, now);
  const newest = reach?.to ?? now;
  const asked = askedWindow(question.span, now, newest, zone);
  const base = zone.dayAt(Math.min(asked.previous.from, newest - BASE_DAYS * DAY_MS)).start;
  const reader = await windowReader(ledger, {
    ...{ zone, rollup, filters: question.filters },
    reach: { from: base, to: Math.max(newest, asked.window.to) },
  });
  // What begins in the quarter hour of the newest record is all there is of it.
  const wished = { from: bucketOf(asked.window.from), to: ceilToBucket(asked.window.to) };
  const window = reader.answerable(wished, dimensionsOf(question));
  const to = Math.max(window.from, Math.min(window.to, newest));
  const elapsed = { from: window.from, to };
  const known = countersKnown(rollup.rollup === "route_day" && !question.by.includes("status"));
  const sums = zeroSums();
  // A total by no names is exact for any window; durations are those of whole days.
  const whole = reader.toWholeDay(window, newest);
  const all: Need = { window: whole, by: [], time: "none" };
  for (const row of await reader.rows(all)) addRow(sums, row);
  const isPlain = question.filters.length === 0;
  const durations = await reader.durations(all);
  const total = {
    ...measuresOf(sums, countersKnown(isPlain || rollup.rollup === "route_day")),
    ...latencyOf([durations?.of([], 0)]),
  };
  const asOf = { reader, zone, elapsed, reach };
  const forecast = await forecastOf(asOf, { total: sums.cost, end: asked.end });
  const budget = budgetOf(question, total.cost, forecast, budgets);
  const groups = await ledgerGroups(reader, question, whole, known, zone);
  const knowsHours = rollup.knowsHours || (isPlain && question.groupSteps === undefined);
  const step = question.step ?? (knowsHours ? usualStep(elapsed) : "day");
  const stepped = { from: elapsed.from, to: ceilToBucket(elapsed.to) };
  const slots = await ledgerSlots(reader, step, { ...asOf, window: reader.answerable(stepped, []) });
  return {
    schema_version: 1,
    source: "ledger",
    period: {
      name: asked.name,
      from: isoIn(window.from, zone),
      to: isoIn(to, zone),
      timezone: zone.name,
      // Beyond the newest records a longer window holds nothing more.
      is_rounded: window.from !== wished.from || (window.to !== wished.to && wished.to < newest),
    },
    ...(durations ? { latency_period: shownDays(durations.window, newest, zone) } : {}),
    coverage: ledgerCoverage(reach, elapsed, zone),
    total,
    groups: await withLedgerSteps(reader, question, groups, reader.answerable(stepped, dimensionsOf(question)), slots),
    steps: ledgerSteps(slots, zone),
    previous: await previousOf(asOf, asked.previous),
    forecast,
    ...(budget ? { budget } : {}),
  };
}

type AsOf = {
  readonly reader: WindowReader;
  readonly zone: Zone;
  readonly elapsed: Window;
  readonly reach: Window | undefined;
};

function shownDays({ from, to }: Window, newest: number, zone: Zone) {
  return { from: isoIn(from, zone), to: isoIn(Math.max(from, Math.min(to, newest)), zone) };
}

/** The stretch before; where the rollup knows days only, it can be told for whole days alone. */
async function previousOf({ reader, zone, elapsed, reach }: AsOf, previous: Previous): Promise<UsagePrevious> {
  const window = sameStretch(previous, elapsed, zone);
  const shown = { from: isoIn(window.from, zone), to: isoIn(window.to, zone) };
  const outer = { from: bucketOf(window.from), to: ceilToBucket(window.to) };
  const answered = reader.answerable(outer, []);
  const isExact = answered.from === outer.from && answered.to === outer.to;
  const isObserved = reach !== undefined && reach.from < window.to && reach.to > window.from;
  if (!isObserved || !isExact || window.to <= window.from) return { ...shown, ...noMeasures() };
  const sums = zeroSums();
  const inner = { from: ceilToBucket(window.from), to: bucketOf(window.to) };
  const add = async (part: Window, share: number) => {
    if (part.from >= part.to) return;
    for (const row of await reader.rows({ window: part, by: [], time: "none" })) addShare(sums, row, share);
  };
  if (inner.from > inner.to) await add(outer, (window.to - window.from) / (outer.to - outer.from));
  else {
    await add({ from: outer.from, to: inner.from }, (inner.from - window.from) / BUCKET_MS);
    await add(inner, 1);
    await add({ from: inner.to, to: outer.to }, (window.to - inner.to) / BUCKET_MS);
  }
  return { ...shown, ...measuresOf(sums, countersKnown(false)) };
}

/** Adds a share of a quarter hour; counts stay whole. */
function addShare(sums: Sums, row: LedgerSums, share: number): void {
  const one = zeroSums();
  addRow(one, row);
  for (const [name, value] of Object.entries(one)) {
    // The names are those of the sums themselves.
    const counter = name as keyof Sums;
    sums[counter] += counter === "cost" || share === 1 ? value * share : Math.round(value * share);
  }
}

async function forecastOf(
  { reader, zone, elapsed, reach }: AsOf,
  { total, end }: { total: number; end: number },
): Promise<Forecast> {
  const at = elapsed.to;
  const from = Math.max(zone.dayAt(at - BASE_DAYS * DAY_MS).start, reach?.from ?? Number.POSITIVE_INFINITY);
  const observed = Math.min(at, reach?.to ?? 0) - from;
  if (!(observed > 0) || (at < end && observed < LEAST_OBSERVED_MS)) return { cost: null, low: null, high: null };
  const costs = new Map<number, number>();
  const window = reader.answerable({ from: zone.dayAt(from).start, to: ceilToBucket(at) }, []);
  for (const row of await reader.rows({ window, by: [], time: "day" })) {
    const { day } = zone.dayAt(row.at);
    costs.set(day, (costs.get(day) ?? 0) + row.cost);
  }
  const days: number[] = [];
  for (let day = zone.dayAt(from); day.end <= at; day = zone.dayAt(day.end)) if (day.start >= from) days.push(day.day);
  return forecastFrom({ total, observed, at, end, costs, days });
}
