import type { Database } from "bun:sqlite";
import { BUCKET_MS } from "../aggregator/spread.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import type { Dimension } from "../litellm/dimensions.ts";
import { COUNTERS, type CounterName } from "../litellm/metrics.ts";
import { zoneOfDays } from "./days.ts";

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
 * days are not kept in, buckets answer as far back as they reach and days of the kept zone before that. Where an edge
 * lies before the buckets, the window is widened to the day; `window` is what is really answered.
 */
export function sourcesOf(db: Database, asked: Window, zone: Zone): { window: Window; sources: UsageSource[] } {
  const reach = bucketsFrom(db);
  const window = {
    from: asked.from < reach ? zone.dayAt(asked.from).start : floorToBucket(asked.from),
    to: asked.to <= reach ? zone.dayAt(asked.to - 1).end : ceilToBucket(asked.to),
  };
  const keptZone = zoneOfDays(db);
  const daysUntil =
    keptZone === undefined || keptZone === zone.name ? window.to : Math.min(window.to, dayFrom(reach, zone));
  const firstDay = zone.dayAt(window.from);
  const lastDay = zone.dayAt(daysUntil);
  const daysStart = firstDay.start === window.from ? firstDay : zone.dayAt(firstDay.end);
  if (daysStart.start >= lastDay.start) return { window, sources: [{ kind: "bucket", ...window }] };
  const sources: UsageSource[] = [
    { kind: "bucket", from: window.from, to: daysStart.start },
    { kind: "day", from: daysStart.day, to: lastDay.day },
    { kind: "bucket", from: lastDay.start, to: window.to },
  ];
  return { window, sources: sources.filter(({ from, to }) => from < to) };
}

/** Where buckets begin; now and later where there are none. */
function bucketsFrom(db: Database): number {
  return db.query<{ at: number | null }, []>("SELECT MIN(at) AS at FROM bucket").get()?.at ?? Number.POSITIVE_INFINITY;
}

/** The beginning of the first local day that buckets cover from its start. */
function dayFrom(reach: number, zone: Zone): number {
  if (!Number.isFinite(reach)) return reach;
  const day = zone.dayAt(reach);
  return day.start === reach ? reach : day.end;
}

function floorToBucket(at: number): number {
  return Math.floor(at / BUCKET_MS) * BUCKET_MS;
}

function ceilToBucket(at: number): number {
  return Math.ceil(at / BUCKET_MS) * BUCKET_MS;
}
