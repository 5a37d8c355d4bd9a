import type { LedgerSql } from "./sql/ledger-sql.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;

/** How many records were counted in each hour (UTC milliseconds of its beginning) from `fromAt` to before `toAt`. */
export async function recordsPerHour(
  sql: LedgerSql,
  fromAt: number,
  toAt: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await sql.rows<{ day: number; quarter: number; requests: number }>(
    `SELECT sheet.day, c.quarter, c.requests FROM sheet JOIN quarter_total AS c ON c.sheet = sheet.id
      WHERE sheet.is_live = 1 AND sheet.day >= ?1 AND sheet.day <= ?2`,
    [Math.floor(fromAt / DAY_MS), Math.floor((toAt - 1) / DAY_MS)],
  );
  const hours = new Map<number, number>();
  for (const { day, quarter, requests } of rows) {
    const at = day * DAY_MS + quarter * QUARTER_MS;
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    if (at >= fromAt && at < toAt) hours.set(hour, (hours.get(hour) ?? 0) + requests);
  }
  return hours;
}

/** How many records were counted of each UTC day (days since 1970), and whether more may be added to it. */
export async function recordsPerDay(
  sql: LedgerSql,
): Promise<ReadonlyMap<number, { readonly records: number; readonly isClosed: boolean }>> {
  const rows = await sql.rows<{ day: number; records: number; is_closed: number }>(
    "SELECT day, records, is_closed FROM sheet WHERE is_live = 1 ORDER BY day",
  );
  return new Map(rows.map(({ day, records, is_closed }) => [day, { records, isClosed: is_closed === 1 }]));
}
