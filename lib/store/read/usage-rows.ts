import type { Database } from "bun:sqlite";
import { bucketOf, ceilToBucket } from "../../aggregator/spread.ts";
import type { Window } from "../../aggregator/window.ts";
import { createZone, isZoneName, type Zone } from "../../aggregator/zone.ts";
import type { Dimension } from "../../litellm/dimensions.ts";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import { purgedBefore, zoneOfDays } from "../tables/meta.ts";

/** Sums of every counter. */
export type Sums = { [C in CounterName]: number };

/** One group of a sum: the dimensions asked for, in `slot` the day number or bucket start, and the sums. */
export type UsageRow = Sums & { readonly [D in Dimension]?: string | null } & {
  readonly slot: number;
  readonly estimated: number;
};

/** Rows of local days (`from` inclusive, `to` exclusive, as `YYYYMMDD`) or of 15-minute buckets (instants). */
export type UsageSource = { readonly kind: "day" | "bucket"; readonly from: number; readonly to: number };

export type UsageFilter = { readonly dimension: Dimension; readonly values: readonly string[] };

const totals = COUNTERS.map((counter) => `SUM(${counter}) AS ${counter}`).join(", ");

/** Sums the rows of a source by dimensions and, if asked, by day or bucket. */
export function sumUsage(
  db: Database,
  source: UsageSource,
  by: readonly Dimension[],
  filters: readonly UsageFilter[],
  bySlot: boolean,
): UsageRow[] {
  const slot = source.kind === "day" ? "day" : "at";
  const selected = by.map((dimension) => `cell.${dimension}`);
  const groups = [...(bySlot ? [slot] : []), ...selected];
  const conditions = filters.map(
    ({ dimension, values }) => `cell.${dimension} IN (${values.map(() => "?").join(", ")})`,
  );
  const needsCell = by.length > 0 || filters.length > 0;
  const sql = `SELECT ${[bySlot ? `${slot} AS slot` : "0 AS slot", "MAX(estimated) AS estimated", ...selected, totals].join(", ")}
    FROM ${source.kind} ${needsCell ? `JOIN cell ON cell.id = ${source.kind}.cell` : ""}
    WHERE ${[`${slot} >= ?`, `${slot} < ?`, ...conditions].join(" AND ")}
    ${groups.length > 0 ? `GROUP BY ${groups.join(", ")}` : "HAVING COUNT(*) > 0"}`;
  return db
    .query<UsageRow, (string | number)[]>(sql)
    .all(source.from, source.to, ...filters.flatMap(({ values }) => values));
}

/**
 * The rows that make up a window in a zone: whole local days from day rows, their edges from buckets. In a zone that the
 * days are not kept in, buckets answer as far back as they reach and days of the kept zone before that. What lies before
 * the buckets comes in whole days, so there the window is widened; `window` is what is really answered.
 */
export function sourcesOf(db: Database, asked: Window, zone: Zone): { window: Window; sources: UsageSource[] } {
  const purged = purgedBefore(db);
  const kept = zoneOfDays(db) ?? zone.name;
  const answer =
    kept === zone.name || !isZoneName(kept)
      ? inDays(asked, zone, purged)
      : beforeBuckets(asked, createZone(kept), purged);
  return { window: answer.window, sources: answer.sources.filter(({ from, to }) => from < to) };
}

function inDays(asked: Window, zone: Zone, purged: number): { window: Window; sources: UsageSource[] } {
  const lastAsked = zone.dayAt(Math.max(asked.from, asked.to - 1));
  const window = {
    from: asked.from < purged ? zone.dayAt(asked.from).start : bucketOf(asked.from),
    to: asked.from < purged && lastAsked.start < purged ? lastAsked.end : ceilToBucket(asked.to),
  };
  const firstDay = zone.dayAt(window.from);
  const daysFrom = firstDay.start === window.from ? firstDay : zone.dayAt(firstDay.end);
  const daysTo = zone.dayAt(window.to);
  if (daysFrom.start >= daysTo.start) return { window, sources: [{ kind: "bucket", ...window }] };
  return {
    window,
    sources: [
      { kind: "bucket", from: window.from, to: daysFrom.start },
      { kind: "day", from: daysFrom.day, to: daysTo.day },
      { kind: "bucket", from: daysTo.start, to: window.to },
    ],
  };
}

/** Days of the kept zone up to the first that is all in buckets, and buckets from there. */
function beforeBuckets(asked: Window, kept: Zone, purged: number): { window: Window; sources: UsageSource[] } {
  const bucketsFrom = Number.isFinite(purged) ? firstDayFrom(purged, kept) : purged;
  const from = asked.from < bucketsFrom ? kept.dayAt(asked.from).start : bucketOf(asked.from);
  const to = asked.to < bucketsFrom ? kept.dayAt(Math.max(asked.from, asked.to - 1)).end : ceilToBucket(asked.to);
  const daysTo = Math.min(to, bucketsFrom);
  return {
    window: { from, to },
    sources: [
      ...(from < daysTo ? [{ kind: "day" as const, from: kept.dayAt(from).day, to: kept.dayAt(daysTo).day }] : []),
      { kind: "bucket", from: Math.max(from, bucketsFrom), to },
    ],
  };
}

function firstDayFrom(at: number, zone: Zone): number {
  const day = zone.dayAt(at);
  return day.start === at ? at : day.end;
}
