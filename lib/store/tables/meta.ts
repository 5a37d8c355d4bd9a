import type { Database } from "bun:sqlite";

/** What is noted of the whole database: the zone of its day rows, how far it was purged, how far a take-over has come. */
type Key = "zone" | "purged_before" | "take_over";

/** What is noted under a key; undefined where nothing is. */
export function readMeta(db: Database, key: Key): string | undefined {
  return db.query<{ value: string }, [string]>("SELECT value FROM meta WHERE key = ?").get(key)?.value;
}

/** Notes a value under a key, inside the caller's transaction. */
export function writeMeta(db: Database, key: Key, value: string): void {
  db.query("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2").run(key, value);
}

/** The zone that the day rows are kept in, undefined before the first page. */
export function zoneOfDays(db: Database): string | undefined {
  return readMeta(db, "zone");
}

/** The instant before which there are no buckets; what is booked there stands in day rows alone. Else -Infinity. */
export function purgedBefore(db: Database): number {
  return Number(readMeta(db, "purged_before") ?? Number.NEGATIVE_INFINITY);
}
