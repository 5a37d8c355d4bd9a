import type { LedgerSql } from "../sql/ledger-sql.ts";
import { quarterTotals } from "./quarter-totals.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const QUARTER_MS = 15 * MINUTE_MS;

/** What was used in a time. */
type MinuteUse = { readonly requests: number; readonly successTokens: number };

/**
 * Requests, and tokens of successes, in minutes that begin from `fromAt` to before `toAt` (UTC milliseconds), which have
 * to lie in the newest 50 hours.
 */
export async function minuteUse(sql: LedgerSql, fromAt: number, toAt: number): Promise<MinuteUse> {
  // Whole quarters are there as one row each, so that only the edges are read by the minute.
  const firstQuarter = Math.ceil(fromAt / QUARTER_MS) * QUARTER_MS;
  const lastQuarter = Math.floor(toAt / QUARTER_MS) * QUARTER_MS;
  if (firstQuarter >= lastQuarter) return byMinute(sql, fromAt, toAt);
  const parts = [
    await byMinute(sql, fromAt, firstQuarter),
    await byMinute(sql, lastQuarter, toAt),
    ...(await quarterTotals(sql, firstQuarter, lastQuarter)),
  ];
  return {
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
    successTokens: parts.reduce((sum, { successTokens }) => sum + successTokens, 0),
  };
}

async function byMinute(sql: LedgerSql, fromAt: number, toAt: number): Promise<MinuteUse> {
  // The minute stands alone, so that the key of the table leads to it.
  const minuteOf = (at: string) => `(CAST(${at} AS BIGINT) - sheet.day * ${DAY_MS} + ${MINUTE_MS - 1}) / ${MINUTE_MS}`;
  const [row] = await sql.rows<MinuteUse>(
    `SELECT COALESCE(SUM(c.requests), 0) AS requests,
        COALESCE(SUM(CASE WHEN c.status = 0 THEN c.total_tokens ELSE 0 END), 0) AS "successTokens"
      FROM sheet JOIN minute AS c ON c.sheet = sheet.id
      WHERE sheet.is_live = 1 AND sheet.day BETWEEN ?1 AND ?2 AND c.minute >= ${minuteOf("?3")} AND c.minute < ${minuteOf("?4")}`,
    [Math.floor(fromAt / DAY_MS), Math.floor(toAt / DAY_MS), fromAt, toAt],
  );
  return row ?? { requests: 0, successTokens: 0 };
}
