import type { Database } from "bun:sqlite";
import { dateOf } from "../../aggregator/day-number.ts";
import { isoIn } from "../../aggregator/iso.ts";
import { BUCKET_MS, bucketOf } from "../../aggregator/spread.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { Dimension } from "../../litellm/dimensions.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/read/totals.ts";
import { type Sums, sourcesOf, sumUsage, type UsageRow } from "../../store/read/usage-rows.ts";
import { runsIn } from "../../store/tables/observed.ts";
import type { Step, UsageQuestion } from "../question/usage-question.ts";
import { fineRows } from "./fine-rows.ts";
import { addSums, type Measures, measuresOf, noMeasures } from "./measures.ts";

const HOUR_MS = 3_600_000;
/** A window of fifty hours may begin up to a quarter hour early and end right after its newest page. */
const HOURS_BELOW_MS = 51 * HOUR_MS;

/**
 * What was used in one step of the window that begins at `at`; estimated where an interval over two minutes was spread.
 * Its measures are null where nothing of it was observed, or only the sum of its day is still known.
 */
export type UsageStep = { readonly at: string; readonly estimated: boolean } & Measures;

/** A step before it is written: `at` is the instant of its beginning. */
type Slot = { readonly at: number; readonly sums: Sums; isEstimated: boolean; isKnown: boolean };

/** The elapsed part of a window cut into slots. */
export type Slots = { readonly step: Step; readonly slots: readonly Slot[] };

/** Cuts the elapsed part of a window into steps, without a gap, oldest first, and sums what was used in each. */
export function slotsOf(db: Database, question: UsageQuestion, elapsed: Window, zone: Zone): Slots {
  const step = question.step ?? usualStep(elapsed);
  const slots: Slot[] = [];
  for (let at = elapsed.from; at < elapsed.to; at = nextStart(at, step, zone)) {
    slots.push({ at, sums: zeroSums(), isEstimated: false, isKnown: false });
  }
  markObserved(db, elapsed, slots);
  fillSlots(db, question, elapsed, zone, step, slots);
  return { step, slots };
}

/** The steps as an answer shows them. */
export function stepsOf({ slots }: Slots, zone: Zone, known: ReadonlySet<CounterName>): UsageStep[] {
  return slots.map(({ at, sums, isEstimated, isKnown }) => ({
    at: isoIn(at, zone),
    estimated: isEstimated,
    ...(isKnown ? measuresOf(sums, known) : noMeasures()),
  }));
}

/** The step of a window for which none was asked. */
export function usualStep({ from, to }: Window): Step {
  return to - from < HOURS_BELOW_MS ? "hour" : "day";
}

function markObserved(db: Database, elapsed: Window, slots: readonly Slot[]): void {
  for (const { fromAt, toAt } of runsIn(db, elapsed.from, elapsed.to)) {
    for (let index = indexAt(slots, fromAt); ; index++) {
      const slot = slots[index];
      if (!slot || slot.at > toAt) break;
      slot.isKnown = true;
    }
  }
}

function fillSlots(
  db: Database,
  { filters }: UsageQuestion,
  elapsed: Window,
  zone: Zone,
  step: Step,
  slots: readonly Slot[],
): void {
  const add = (at: number, row: UsageRow): void => {
    const slot = slots[indexAt(slots, at)];
    if (!slot) return;
    addSums(slot.sums, row);
    slot.isKnown = true;
    slot.isEstimated ||= row.estimated === 1;
  };
  const purgedDays = eachStepRow(db, { filters, dimensions: [] }, elapsed, zone, step, add);
  for (const { slot: day } of purgedDays) {
    const { start, end } = zone.dayOf(...dateOf(day));
    for (const slot of slots) if (slot.at >= start && slot.at < end) slot.isKnown = false;
  }
}

/**
 * Gives each row of a window with the instant it belongs to, by day or by quarter hour as the step needs it. The rows of
 * days whose quarter hours were purged have no place in smaller steps and come back.
 */
export function eachStepRow(
  db: Database,
  { filters, dimensions }: Pick<UsageQuestion, "filters"> & { readonly dimensions: readonly Dimension[] },
  elapsed: Window,
  zone: Zone,
  step: Step,
  add: (at: number, row: UsageRow) => void,
): readonly UsageRow[] {
  const { sources } = sourcesOf(db, elapsed, zone);
  if (step === "day") {
    for (const source of sources) {
      for (const row of sumUsage(db, source, dimensions, filters, true)) {
        add(source.kind === "day" ? zone.dayOf(...dateOf(row.slot)).start : row.slot, row);
      }
    }
    return [];
  }
  const { quarters, purgedDays } = fineRows(db, elapsed, sources, dimensions, filters, zone);
  for (const row of quarters) add(row.slot, row);
  return purgedDays;
}

/** The beginning of the step after the one that holds the instant; hours are the zone's own. */
export function nextStart(at: number, step: Step, zone: Zone): number {
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

/** Where the slot stands that holds an instant; the first one where it lies before all. */
export function indexAt(slots: readonly { readonly at: number }[], at: number): number {
  let low = 0;
  for (let high = slots.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if ((slots[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
