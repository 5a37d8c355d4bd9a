import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import { previousWindowOf, type Window, windowOf } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { knownCounters, newestPageAt } from "../store/state.ts";
import { zeroSums } from "../store/totals.ts";
import { sourcesOf, sumUsage } from "../store/usage-rows.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type Forecast, forecastOf } from "./forecast.ts";
import { groupsOf, type UsageGroup } from "./groups.ts";
import { addSums, type Measures, measuresOf } from "./measures.ts";
import { previousOf, type UsagePrevious } from "./previous.ts";
import { stepsOf, type UsageStep } from "./steps.ts";
import type { Span, UsageQuestion } from "./usage-question.ts";

/** The answer to a usage question; `/api/v1/usage` and `report --json` write it as it is. */
export type UsageAnswer = {
  readonly schema_version: 1;
  readonly period: { readonly name: string; readonly from: string; readonly to: string; readonly timezone: string };
  readonly coverage: Coverage;
  readonly total: Measures;
  readonly groups: readonly UsageGroup[];
  readonly steps: readonly UsageStep[];
  readonly previous: UsagePrevious;
  readonly forecast: Forecast;
};

/** Answers a usage question from the store. `now` decides which day today is; the numbers end at the newest good page. */
export function answerUsage(db: Database, question: UsageQuestion, now: number, zone: Zone): UsageAnswer {
  const newest = newestPageAt(db);
  const asked = askedWindow(question.span, now, newest ?? now, zone);
  const { window, sources } = sourcesOf(db, asked.window, zone);
  const to = Math.max(window.from, Math.min(window.to, newest ?? window.from));
  const known = knownCounters(db);
  const total = zeroSums();
  for (const source of sources) {
    for (const row of sumUsage(db, source, [], question.filters, false)) addSums(total, row);
  }
  const elapsed = { from: window.from, to };
  const coverage = coverageOf(db, elapsed, zone);
  return {
    schema_version: 1,
    period: { name: asked.name, from: isoIn(window.from, zone), to: isoIn(to, zone), timezone: zone.name },
    coverage,
    total: measuresOf(total, known),
    groups: groupsOf(db, question, window, sources, known, zone),
    steps: stepsOf(db, question, elapsed, zone, known),
    previous: previousOf(db, asked.previous, elapsed, zone, question.filters, known),
    forecast: forecastOf(db, {
      total: total.cost,
      elapsed,
      end: window.to,
      zone,
      filters: question.filters,
      isKnown: known.has("cost"),
    }),
  };
}

type Asked = { readonly name: string; readonly window: Window; readonly previous: Window };

function askedWindow(span: Span, now: number, newest: number, zone: Zone): Asked {
  switch (span.kind) {
    case "period":
      return {
        name: span.period,
        window: windowOf(span.period, now, zone),
        previous: previousWindowOf(span.period, now, zone),
      };
    case "last":
      return {
        name: `last ${span.text}`,
        window: { from: newest - span.ms, to: newest },
        previous: { from: newest - 2 * span.ms, to: newest - span.ms },
      };
    case "range": {
      const from = span.since;
      const to = Math.max(from, span.until ?? newest);
      return { name: "range", window: { from, to }, previous: { from: from - (to - from), to: from } };
    }
    default:
      return span satisfies never;
  }
}
