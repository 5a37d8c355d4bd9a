import type { Database } from "bun:sqlite";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import { type Target, targetByUrl, targetKey } from "../tables/targets.ts";

/** When the newest good page of any target was read; undefined before the first. */
export function newestPageAt(db: Database): number | undefined {
  return db.query<{ at: number | null }, []>("SELECT MAX(last_page_at) AS at FROM target").get()?.at ?? undefined;
}

/** The target that the configured URL stands for, once it had a good page. */
export function configuredTarget(db: Database, url: string): Target | undefined {
  const target = targetByUrl(db, targetKey(url));
  return target && target.pages > 0 ? target : undefined;
}

/** When the first good page of any target was read, by us or by the predecessor. */
export function firstPageAt(db: Database): number | undefined {
  return (
    db.query<{ at: number | null }, []>("SELECT MIN(COALESCE(counted_from, first_page_at)) AS at FROM target").get()
      ?.at ?? undefined
  );
}

/** The counters that LiteLLM has ever shown, under whatever name. */
export function knownCounters(db: Database): Set<CounterName> {
  const known = new Set(
    db
      .query<{ metric: string }, []>("SELECT DISTINCT metric FROM process_value")
      .all()
      .map(({ metric }) => metric),
  );
  const booked = db
    .query<Record<string, number | null>, []>(
      `SELECT ${COUNTERS.map((counter) => `MAX(${counter} > 0) AS ${counter}`).join(", ")} FROM lifetime`,
    )
    .get();
  return new Set(COUNTERS.filter((counter) => known.has(counter) || booked?.[counter] === 1));
}

/** A number that changes when another connection has written to the database. */
export function dataVersion(db: Database): number {
  return db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
}

/** The size of the database in bytes, without its write-ahead log. */
export function databaseBytes(db: Database): number {
  return (
    db
      .query<{ bytes: number }, []>("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
      .get()?.bytes ?? 0
  );
}
