import type { Database } from "bun:sqlite";
import { CLOCK_IS_SET_FROM } from "../aggregator/spread.ts";
import { createZone, isZoneName, type Zone } from "../aggregator/zone.ts";
import { purgedBefore, writeMeta, zoneOfDays } from "./tables/meta.ts";
import { clockAheadMs, targetById } from "./tables/targets.ts";

const DAY_MS = 86_400_000;
/** State is dropped only of series that were absent from good pages spanning this time. */
const FORGET_AFTER_MS = 30 * DAY_MS;

/** What a purge removed, or would remove: rows of each kind, and the instant before which they lay. */
export type Purged = { readonly before: number | undefined; readonly buckets: number; readonly snapshots: number };

/**
 * Removes buckets and snapshots of the local days before the retention time, in the zone that days are kept in (`zone`
 * where there are none yet), so that no day is cut. Local days and lifetime totals stay. `retentionDays` -1 removes
 * nothing. With `dryRun` rows are only counted.
 */
export function purge(
  db: Database,
  options: { readonly retentionDays: number; readonly now: number; readonly zone: Zone; readonly dryRun?: boolean },
): Purged {
  if (options.retentionDays < 0) return { before: undefined, buckets: 0, snapshots: 0 };
  const kept = zoneOfDays(db);
  const zone = kept === undefined || !isZoneName(kept) ? options.zone : createZone(kept);
  const before = zone.dayAt(options.now - options.retentionDays * DAY_MS).start;
  if (options.dryRun) {
    return { before, buckets: count(db, "bucket", before), snapshots: count(db, "snapshot", before) };
  }
  return db
    .transaction(() => {
      writeMeta(db, "purged_before", String(Math.max(before, purgedBefore(db))));
      return {
        before,
        buckets: db.query("DELETE FROM bucket WHERE at < ?").run(before).changes,
        snapshots: db.query("DELETE FROM snapshot WHERE at < ?").run(before).changes,
      };
    })
    .immediate();
}

/**
 * Drops the state of series that were absent from good pages of their target spanning 30 days, and of processes that did
 * not answer that long. The newest page does not count, since it may be the first after a gap. The cut-off is remembered:
 * a series that comes back from before it is a baseline. State of series whose origin is unknown is kept, since nothing
 * would tell an old one that comes back from a new one. Gives the number dropped.
 */
export function forgetAbsent(db: Database, now: number): number {
  return db
    .transaction(() => {
      let dropped = 0;
      for (const { target, at } of pagesBeforeNewest(db)) dropped += forget(db, target, Math.min(at, now));
      return dropped;
    })
    .immediate();
}

/**
 * Now, but no later than the newest page but one: a clock that has just jumped ahead is not believed, since what is purged
 * by it is gone when it comes back.
 */
export function plausibleNow(db: Database, now: number): number {
  const pages = pagesBeforeNewest(db).map(({ at }) => at);
  return pages.length === 0 ? now : Math.min(now, Math.max(...pages));
}

function forget(db: Database, target: number, at: number): number {
  if (at >= CLOCK_IS_SET_FROM) redateAbsences(db, target, at);
  const before = at - FORGET_AFTER_MS;
  const beforeAtSource = before + clockAheadMs(targetById(db, target));
  const goneProcess = "process IN (SELECT id FROM process WHERE target = ?1 AND absent_since <= ?2)";
  // What began after the cut-off was not absent that long, whatever a clock that was wrong has noted.
  const gone = `target = ?1 AND origin_seconds * 1000 < ?3 AND
    ((origin_kind = 2 AND absent_since <= ?2) OR (origin_kind <> 0 AND ${goneProcess}))`;
  const { changes } = db.query(`DELETE FROM series WHERE ${gone}`).run(target, before, beforeAtSource);
  if (changes > 0) {
    db.query("UPDATE target SET forgotten_before = MAX(COALESCE(forgotten_before, 0), ?2) WHERE id = ?1").run(
      target,
      beforeAtSource,
    );
  }
  db.query(
    `DELETE FROM process WHERE target = ? AND absent_since <= ? AND NOT EXISTS (
       SELECT 1 FROM series WHERE series.process = process.id)`,
  ).run(target, before);
  return changes;
}

/** An absence that was noted by a clock that had not been set counts from the first page after it was. */
function redateAbsences(db: Database, target: number, at: number): void {
  for (const table of ["series", "process"]) {
    db.query(`UPDATE ${table} SET absent_since = ? WHERE target = ? AND absent_since < ?`).run(
      at,
      target,
      CLOCK_IS_SET_FROM,
    );
  }
}

function pagesBeforeNewest(db: Database): { target: number; at: number }[] {
  return db
    .query<{ target: number; at: number }, []>(
      "SELECT snapshot.target, snapshot.at FROM target JOIN snapshot ON snapshot.target = target.id AND page = pages - 1",
    )
    .all();
}

function count(db: Database, table: "bucket" | "snapshot", before: number): number {
  return db.query<{ n: number }, [number]>(`SELECT COUNT(*) AS n FROM ${table} WHERE at < ?`).get(before)?.n ?? 0;
}

/** Gives the space of removed rows back to the file system. */
export function vacuum(db: Database): void {
  db.run("VACUUM");
}
