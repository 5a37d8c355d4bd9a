import type { Database } from "bun:sqlite";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Requests, and tokens of successes, in minutes that begin from `fromAt` to before `toAt` (UTC milliseconds), which have
 * to lie in the newest 50 hours.
 */
export function minuteUse(
  db: Database,
  fromAt: number,
  toAt: number,
): { readonly requests: number; readonly successTokens: number } {
  const at = `(sheet.day * ${DAY_MS} + c.minute * ${MINUTE_MS})`;
  const row = db
    .query<{ requests: number; successTokens: number }, [number, number, number, number]>(
      `SELECT COALESCE(SUM(c.requests), 0) AS requests,
          COALESCE(SUM(CASE WHEN c.status = 0 THEN c.total_tokens ELSE 0 END), 0) AS successTokens
        FROM sheet JOIN minute AS c ON c.sheet = sheet.id
        WHERE sheet.is_live = 1 AND sheet.day BETWEEN ? AND ? AND ${at} >= ? AND ${at} < ?`,
    )
    .get(Math.floor(fromAt / DAY_MS), Math.floor(toAt / DAY_MS), fromAt, toAt);
  return row ?? { requests: 0, successTokens: 0 };
}
