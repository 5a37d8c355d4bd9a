import type { Database } from "bun:sqlite";
import { createZone, isZoneName, type Zone } from "../../aggregator/zone.ts";
import { COUNTERS } from "../../litellm/metrics.ts";
import { writeMeta, zoneOfDays } from "../tables/meta.ts";

const columns = COUNTERS.join(", ");
const totals = COUNTERS.map((counter) => `SUM(${counter})`).join(", ");
const subtract = COUNTERS.map((counter) => `${counter} = day.${counter} - part.${counter}`).join(", ");
const named = COUNTERS.map((counter) => `SUM(${counter}) AS ${counter}`).join(", ");
const isEmpty = COUNTERS.map((counter) => `ABS(${counter}) < 1e-12`).join(" AND ");
const add = COUNTERS.map((counter) => `${counter} = ${counter} + excluded.${counter}`).join(", ");

/**
 * Makes the zone the one that local days are kept in, inside the caller's transaction. Days are made anew as far back as
 * buckets reach; older ones stay as they are, and of the day in which the buckets begin the part before them stays, so
 * that nothing is lost or counted twice at the seam.
 */
export function useZone(db: Database, zone: Zone): void {
  const before = zoneOfDays(db);
  if (before === zone.name) return;
  writeMeta(db, "zone", zone.name);
  if (before === undefined || !isZoneName(before)) return;
  moveBuckets(db, createZone(before), -1);
  moveBuckets(db, zone, 1);
  db.query(`DELETE FROM day WHERE ${isEmpty}`).run();
}

/** Takes everything that is in buckets out of a zone's days, or puts it in. */
function moveBuckets(db: Database, zone: Zone, sign: 1 | -1): void {
  const oldest = db.query<{ at: number | null }, []>("SELECT MIN(at) AS at FROM bucket").get()?.at ?? null;
  const newest = db.query<{ at: number | null }, []>("SELECT MAX(at) AS at FROM bucket").get()?.at ?? null;
  if (oldest === null || newest === null) return;
  const put = db.query(
    `INSERT INTO day (day, zone, cell, estimated, ${columns})
     SELECT ?1, ?2, cell, MAX(estimated), ${totals} FROM bucket WHERE at >= ?3 AND at < ?4 GROUP BY cell
     ON CONFLICT DO UPDATE SET estimated = MAX(estimated, excluded.estimated), ${add}`,
  );
  const take = db.query(
    `UPDATE day SET ${subtract}
     FROM (SELECT cell, ${named} FROM bucket WHERE at >= ?3 AND at < ?4 GROUP BY cell) AS part
     WHERE day.day = ?1 AND day.zone = ?2 AND day.cell = part.cell`,
  );
  for (let at = oldest; at <= newest; ) {
    const { day, start, end } = zone.dayAt(at);
    (sign === 1 ? put : take).run(day, zone.name, start, end);
    at = end;
  }
}
