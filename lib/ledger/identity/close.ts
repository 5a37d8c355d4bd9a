import type { Ledger } from "../ledger.ts";

const DAY_MS = 86_400_000;

/** What would be or was forgotten: identities of records, and the days (since 1970) that no record can be added to. */
export type Closed = { readonly identities: number; readonly days: readonly number[] };

/**
 * Closes the days whose newest record came more than the retention time ago: their identities go, and a record for them
 * is refused from then on, since nobody could tell whether it was counted. -1 keeps them for ever.
 */
export async function closeOldDays(
  ledger: Ledger,
  {
    now,
    retentionDays,
    dryRun = false,
  }: { readonly now: number; readonly retentionDays: number; readonly dryRun?: boolean },
): Promise<Closed> {
  if (retentionDays < 0) return { identities: 0, days: [] };
  return close(ledger, "came_at < ?1", now - retentionDays * DAY_MS, dryRun);
}

/** Closes the days before a UTC day, as a table that is followed has no use for identities outside its overlap. */
export function closeDaysBefore(ledger: Ledger, day: number): Promise<Closed> {
  return close(ledger, "day < ?1", day, false);
}

async function close(
  ledger: Ledger,
  condition: "came_at < ?1" | "day < ?1",
  limit: number,
  dryRun: boolean,
): Promise<Closed> {
  const which = `is_live = 1 AND is_closed = 0 AND ${condition}`;
  const days: number[] = [];
  let identities = 0;
  const found = await ledger.sql.rows<{ id: number; day: number; records: number }>(
    `SELECT id, day, records FROM sheet WHERE ${which} ORDER BY day`,
    [limit],
  );
  for (const { id, day, records } of found) {
    const isClosed = dryRun || (await closeSheet(ledger, id, which, limit));
    if (!isClosed) continue;
    days.push(day);
    identities += records;
  }
  return { identities, days };
}

/** One day a transaction; false where a record has come in the meantime. */
function closeSheet(ledger: Ledger, sheet: number, which: string, limit: number): Promise<boolean> {
  return ledger.write(async (transaction) => {
    const closed = await transaction.run(`UPDATE sheet SET is_closed = 1 WHERE ${which} AND id = ?2`, [limit, sheet]);
    if (closed === 0) return false;
    await transaction.run("DELETE FROM identity_run WHERE sheet = ?1", [sheet]);
    return true;
  });
}
