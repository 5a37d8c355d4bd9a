import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { addNumberSet } from "../../aggregator/number-set.ts";
import type { LedgerState } from "../reader.ts";
import type { LedgerSql } from "../sql/ledger-sql.ts";
import { inBlocks, type LocalDays, type SheetDays } from "./blocks.ts";

/**
 * Distinct users (exactly) and sessions (at most 2 % off) of a range of days; requests without a user or a session
 * count for neither.
 */
export async function population(
  state: LedgerState,
  range: LocalDays,
): Promise<{ readonly users: number; readonly sessions: number }> {
  const users = new Set<number>();
  const sessions = new DistinctCount();
  for (const part of await inBlocks(state, "people", range, (days) => peopleOf(state.sql, range, days))) {
    for (const user of part.users) users.add(user);
    sessions.mergeBytes(part.sessions);
  }
  return { users: users.size, sessions: sessions.count };
}

type People = { readonly users: ReadonlySet<number>; readonly sessions: Uint8Array };

async function peopleOf(sql: LedgerSql, { first, last, zone }: LocalDays, { from, to }: SheetDays): Promise<People> {
  const rows = await sql.rows<{ users: Uint8Array; sessions: Uint8Array }>(
    `SELECT c.users, c.sessions FROM sheet JOIN population AS c ON c.sheet = sheet.id
      WHERE sheet.is_live = 1 AND sheet.day BETWEEN ?1 - 1 AND ?2 + 1 AND sheet.day BETWEEN ?4 AND ?5
        AND sheet.day + CASE WHEN sheet.zone = ?3 THEN c.shift ELSE 0 END BETWEEN ?1 AND ?2`,
    [first, last, zone, from, to],
  );
  const users = new Set<number>();
  const sessions = new DistinctCount();
  for (const row of rows) {
    addNumberSet(row.users, users);
    sessions.mergeBytes(row.sessions);
  }
  return { users, sessions: sessions.toBytes() };
}
