import type { Database } from "bun:sqlite";
import { PLAIN_INTERVAL_MS } from "../../aggregator/spread.ts";

/** An unbroken run of good pages of one target; estimated where its pages lay more than two minutes apart. */
export type ObservedRun = { readonly fromAt: number; readonly toAt: number; readonly isEstimated: boolean };

/** Extends what was observed of a target by the interval that ends with a good page; `from` undefined begins anew. */
export function observe(db: Database, target: number, from: number | undefined, to: number): void {
  const start = from ?? to;
  const isEstimated = to - start > PLAIN_INTERVAL_MS ? 1 : 0;
  const extended = db
    .query("UPDATE observed SET to_at = ?1 WHERE target = ?2 AND to_at = ?3 AND estimated = ?4 AND from_at <= ?3")
    .run(to, target, start, isEstimated);
  if (extended.changes > 0) return;
  db.query(
    `INSERT INTO observed (target, from_at, to_at, estimated) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET to_at = excluded.to_at, estimated = excluded.estimated WHERE excluded.to_at > to_at`,
  ).run(target, start, to, isEstimated);
}

/** The runs that touch a window, by their beginning. */
export function runsIn(db: Database, fromAt: number, toAt: number): ObservedRun[] {
  return db
    .query<{ from_at: number; to_at: number; estimated: number }, [number, number]>(
      "SELECT from_at, to_at, estimated FROM observed WHERE to_at > ? AND from_at < ? ORDER BY from_at",
    )
    .all(fromAt, toAt)
    .map((row) => ({ fromAt: row.from_at, toAt: row.to_at, isEstimated: row.estimated === 1 }));
}
