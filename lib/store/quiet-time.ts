import type { Database } from "bun:sqlite";
import { allTargets } from "./tables/targets.ts";

/**
 * Books the time since the newest page of every target as if pages had kept coming up to a moment (UTC milliseconds) on
 * which nothing was new: it is observed, and what the next page shows belongs to the time after it. For made-up
 * histories, which need not read forty thousand equal pages.
 */
export function passQuietTime(db: Database, until: number): void {
  db.transaction(() => {
    for (const { id, lastPageAt, lastProcess } of allTargets(db)) {
      if (until <= lastPageAt) continue;
      db.query("UPDATE observed SET to_at = ? WHERE target = ? AND to_at = ?").run(until, id, lastPageAt);
      db.query("UPDATE target SET last_page_at = ? WHERE id = ?").run(until, id);
      db.query("UPDATE process SET last_page_at = ? WHERE id = ?").run(until, lastProcess ?? null);
    }
  }).immediate();
}
