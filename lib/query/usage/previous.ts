import type { Database } from "bun:sqlite";
import { isoIn } from "../../aggregator/iso.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import type { UsageFilter } from "../../store/read/usage-rows.ts";
import { observedMs } from "./coverage.ts";
import { type Measures, measuresOf, noMeasures } from "./measures.ts";
import { partialSums } from "./partial-sums.ts";

/** What the period before had used at the same moment; its measures are null where nothing of it was observed. */
export type UsagePrevious = Measures & { readonly from: string; readonly to: string };

/** The period before another; `isCivil` where both are days, weeks or months of the calendar. */
export type Previous = Window & { readonly isCivil: boolean };

/** The same stretch of the period before: of a civil one up to the same time of its clock, else of the same length. */
export function previousOf(
  db: Database,
  previous: Previous,
  elapsed: Window,
  zone: Zone,
  filters: readonly UsageFilter[],
  known: ReadonlySet<CounterName>,
): UsagePrevious {
  const window = sameStretch(previous, elapsed, zone);
  const isObserved = observedMs(db, window) > 0;
  const measures = isObserved ? measuresOf(partialSums(db, window, zone, filters), known) : noMeasures();
  return { from: isoIn(window.from, zone), to: isoIn(window.to, zone), ...measures };
}

/** The part of the period before that ends where this one does. */
export function sameStretch(previous: Previous, elapsed: Window, zone: Zone): Window {
  const sameMoment = previous.isCivil
    ? sameClockTime(previous.from, elapsed, zone)
    : previous.from + elapsed.to - elapsed.from;
  return { from: previous.from, to: Math.max(previous.from, Math.min(previous.to, sameMoment)) };
}

/** When as much has passed since `from` by the clock on the wall as at the end of `elapsed` since its beginning. */
function sameClockTime(from: number, elapsed: Window, zone: Zone): number {
  const wallElapsed = elapsed.to + zone.offsetMs(elapsed.to) - elapsed.from - zone.offsetMs(elapsed.from);
  const wall = from + zone.offsetMs(from) + wallElapsed;
  return wall - zone.offsetMs(wall - zone.offsetMs(from));
}
