import type { Database } from "bun:sqlite";
import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { addNumberSet } from "../../aggregator/number-set.ts";
import type { DayRange } from "./route-days.ts";

/** Distinct users (exactly) and sessions (at most 2 % off) of a range of days; nobody's requests count for neither. */
export function population(
  db: Database,
  { first, last, zone }: DayRange,
): { readonly users: number; readonly sessions: number } {
  const rows = db
    .query<{ users: Uint8Array; sessions: Uint8Array }, [number, number, string]>(
      `SELECT c.users, c.sessions FROM sheet JOIN population AS c ON c.sheet = sheet.id
        WHERE sheet.is_live = 1 AND sheet.day BETWEEN ?1 - 1 AND ?2 + 1
          AND sheet.day + CASE WHEN sheet.zone = ?3 THEN c.shift ELSE 0 END BETWEEN ?1 AND ?2`,
    )
    .all(first, last, zone);
  const users = new Set<number>();
  const sessions = new DistinctCount();
  for (const row of rows) {
    addNumberSet(row.users, users);
    sessions.mergeBytes(row.sessions);
  }
  return { users: users.size, sessions: sessions.count };
}
