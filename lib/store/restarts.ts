import type { Database } from "bun:sqlite";

/** When restarts of LiteLLM were seen in a window, the newest first; at most `limit`, as far back as snapshots are kept. */
export function restartsIn(db: Database, fromAt: number, toAt: number, limit: number): number[] {
  return db
    .query<{ at: number }, [number, number, number]>(
      "SELECT at FROM snapshot WHERE is_reset = 1 AND at >= ? AND at < ? ORDER BY at DESC LIMIT ?",
    )
    .all(fromAt, toAt, limit)
    .map(({ at }) => at);
}
