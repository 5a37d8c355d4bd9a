import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import { BUCKET_MS, bucketOf } from "../aggregator/spread.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import type { CounterName } from "../litellm/metrics.ts";
import { zeroSums } from "../store/totals.ts";
import { type Sums, sourcesOf, sumUsage } from "../store/usage-rows.ts";
import { addSums, type Measures, measuresOf } from "./measures.ts";
import type { Step, UsageQuestion } from "./usage-question.ts";

const HOUR_MS = 3_600_000;
const HOURS_UP_TO_MS = 50 * HOUR_MS;

/** What was used in one step of the window that begins at `at`; estimated where an interval over two minutes was spread. */
export type UsageStep = { readonly at: string; readonly estimated: boolean } & Measures;

/** The steps of the elapsed part of a window, without a gap, oldest first. */
export function stepsOf(
  db: Database,
  question: UsageQuestion,
  elapsed: Window,
  zone: Zone,
  known: ReadonlySet<CounterName>,
): UsageStep[] {
  const step = question.step ?? (elapsed.to - elapsed.from <= HOURS_UP_TO_MS ? "hour" : "day");
  const steps = new Map<number, { sums: Sums; isEstimated: boolean }>();
  for (let at = elapsed.from; at < elapsed.to; at = nextStart(at, step, zone)) {
    steps.set(at, { sums: zeroSums(), isEstimated: false });
  }
  const starts = [...steps.keys()];
  const sources =
    step === "day"
      ? sourcesOf(db, elapsed, zone).sources
      : [{ kind: "bucket" as const, ...elapsed, from: bucketOf(elapsed.from) }];
  for (const source of sources) {
    for (const row of sumUsage(db, source, [], question.filters, true)) {
      const at = source.kind === "day" ? dayStart(row.slot, zone) : row.slot;
      const slot = steps.get(lastUpTo(starts, at));
      if (!slot) continue;
      addSums(slot.sums, row);
      slot.isEstimated ||= row.estimated === 1;
    }
  }
  return [...steps].map(([at, { sums, isEstimated }]) => ({
    at: isoIn(at, zone),
    estimated: isEstimated,
    ...measuresOf(sums, known),
  }));
}

/** The beginning of the step after the one that holds the instant; hours are the zone's own. */
function nextStart(at: number, step: Step, zone: Zone): number {
  switch (step) {
    case "15m":
      return bucketOf(at) + BUCKET_MS;
    case "hour": {
      const wall = at + zone.offsetMs(at);
      return at + HOUR_MS - (wall % HOUR_MS);
    }
    case "day":
      return zone.dayAt(at).end;
    default:
      return step satisfies never;
  }
}

function dayStart(day: number, zone: Zone): number {
  return zone.dayOf(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100).start;
}

function lastUpTo(starts: readonly number[], at: number): number {
  let low = 0;
  for (let high = starts.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return starts[low] ?? Number.NaN;
}
