import type { Database } from "bun:sqlite";
import type { Zone } from "../aggregator/zone.ts";

const DAY_MS = 86_400_000;
/** State is dropped only of series that were absent from good pages spanning this time. */
const FORGET_AFTER_MS = 30 * DAY_MS;

/** What a purge removed, or would remove: rows of each kind, and the instant before which they lay. */
export type Purged = { readonly before: number | undefined; readonly buckets: number; readonly snapshots: number };

/**
 * Removes buckets and snapshots of the local days before the retention time. Local days and lifetime totals stay.
 * `retentionDays` -1 removes nothing. With `dryRun` rows are only counted.
 */
export function purge(
  db: Database,
  options: { readonly retentionDays: number; readonly now: number; readonly zone: Zone; readonly dryRun?: boolean },
): Purged {
  if (options.retentionDays < 0) return { before: undefined, buckets: 0, snapshots: 0 };
  const before = options.zone.dayAt(options.now - options.retentionDays * DAY_MS).start;
  if (options.dryRun) {
    return { before, buckets: count(db, "bucket", before), snapshots: count(db, "snapshot", before) };
  }
  return db
    .transaction(() => ({
      before,
      buckets: db.query("DELETE FROM bucket WHERE at < ?").run(before).changes,
      snapshots: db.query("DELETE FROM snapshot WHERE at < ?").run(before).changes,
    }))
    .immediate();
}

/**
 * Drops the state of series that were absent from good pages spanning 30 days, and of processes that did not answer
 * that long. The cut-off is remembered: a series that comes back from before it is a baseline. State of series whose
 * origin is unknown is kept, since nothing would tell an old one that comes back from a new one. Gives the number dropped.
 */
export function forgetAbsent(db: Database, now: number): number {
  const before = now - FORGET_AFTER_MS;
  return db
    .transaction(() => {
      const gone = `(absent_since <= ?1 OR process IN (SELECT id FROM process WHERE absent_since <= ?1)) AND origin_kind <> 0
        AND (origin_kind = 2 OR process IN (SELECT id FROM process WHERE absent_since <= ?1))`;
      db.query(
        `UPDATE target SET forgotten_before = MAX(COALESCE(forgotten_before, 0), ?1 + first_mark_at - first_page_at)
         WHERE id IN (SELECT target FROM series WHERE ${gone})`,
      ).run(before);
      const { changes } = db.query(`DELETE FROM series WHERE ${gone}`).run(before);
      db.query("DELETE FROM process WHERE absent_since <= ? AND id NOT IN (SELECT process FROM series)").run(before);
      return changes;
    })
    .immediate();
}

/** Gives the space of removed rows back to the file system. */
export function vacuum(db: Database): void {
  db.run("VACUUM");
}

function count(db: Database, table: "bucket" | "snapshot", before: number): number {
  return db.query<{ n: number }, [number]>(`SELECT COUNT(*) AS n FROM ${table} WHERE at < ?`).get(before)?.n ?? 0;
}
