import type { Database } from "bun:sqlite";
import { dateOf } from "../../aggregator/day-number.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { Dimension } from "../../litellm/dimensions.ts";
import { sumUsage, type UsageFilter, type UsageRow, type UsageSource } from "../../store/read/usage-rows.ts";

/** Rows by quarter hour, and by day for those days whose quarter hours were purged. */
export type FineRows = { readonly quarters: readonly UsageRow[]; readonly purgedDays: readonly UsageRow[] };

/** Reads a window by quarter hour as far back as these reach. `sources` are those that answer it as a whole. */
export function fineRows(
  db: Database,
  window: Window,
  sources: readonly UsageSource[],
  dimensions: readonly Dimension[],
  filters: readonly UsageFilter[],
  zone: Zone,
): FineRows {
  const quarters = sumUsage(db, { kind: "bucket", ...window }, dimensions, filters, true);
  const firstAt = quarters.reduce((first, row) => Math.min(first, row.slot), Number.POSITIVE_INFINITY);
  const purgedDays = sources
    .filter(({ kind }) => kind === "day")
    .flatMap((source) => sumUsage(db, source, dimensions, filters, true))
    .filter((row) => zone.dayOf(...dateOf(row.slot)).end <= firstAt);
  return { quarters, purgedDays };
}
