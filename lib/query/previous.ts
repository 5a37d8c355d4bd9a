import type { Database } from "bun:sqlite";
import { isoIn } from "../aggregator/iso.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import type { CounterName } from "../litellm/metrics.ts";
import type { UsageFilter } from "../store/usage-rows.ts";
import { coverageOf } from "./coverage.ts";
import { type Measures, measuresOf, noMeasures } from "./measures.ts";
import { partialSums } from "./partial-sums.ts";

/** What the period before had used at the same moment; its measures are null where nothing of it was observed. */
export type UsagePrevious = Measures & { readonly from: string; readonly to: string };

/** The same stretch of the period before: up to the same time of its clock. */
export function previousOf(
  db: Database,
  previous: Window,
  elapsed: Window,
  zone: Zone,
  filters: readonly UsageFilter[],
  known: ReadonlySet<CounterName>,
): UsagePrevious {
  const wallElapsed = elapsed.to + zone.offsetMs(elapsed.to) - elapsed.from - zone.offsetMs(elapsed.from);
  const wall = previous.from + zone.offsetMs(previous.from) + wallElapsed;
  const sameMoment = wall - zone.offsetMs(wall - zone.offsetMs(previous.from));
  const window = { from: previous.from, to: Math.max(previous.from, Math.min(previous.to, sameMoment)) };
  const isObserved = coverageOf(db, window, zone).from !== null;
  const measures = isObserved ? measuresOf(partialSums(db, window, zone, filters), known) : noMeasures();
  return { from: isoIn(window.from, zone), to: isoIn(window.to, zone), ...measures };
}
