import type { LedgerSql } from "../sql/ledger-sql.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** What was used in a quarter of an hour; tokens of successes and their latencies beside the sums of all. */
export type QuarterTotal = {
  /** UTC milliseconds of its beginning. */
  readonly at: number;
  readonly requests: number;
  readonly failures: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly successTokens: number;
  readonly latencyCount: number;
  readonly latencyMs: number;
};

type Values = [number, number, number, number, number, number, number, number, number, number];

/** The quarters that begin from `fromAt` to before `toAt` (UTC milliseconds) and have requests, in time order. */
export async function quarterTotals(sql: LedgerSql, fromAt: number, toAt: number): Promise<QuarterTotal[]> {
  const rows = (await sql.lists(
    `SELECT sheet.day, c.quarter, c.requests, c.failures, c.prompt_tokens, c.completion_tokens, c.total_tokens,
        c.success_total_tokens, c.latency_count, c.latency_ms
      FROM sheet JOIN quarter_total AS c ON c.sheet = sheet.id
      WHERE sheet.is_live = 1 AND sheet.day >= ?1 AND sheet.day <= ?2 ORDER BY sheet.day, c.quarter`,
    [dayOf(fromAt), dayOf(toAt)],
  )) as Values[]; // Each column is a number.
  return rows
    .map(([day, quarter, requests, failures, prompt, completion, total, success, latencyCount, latencyMs]) => ({
      at: day * DAY_MS + quarter * QUARTER_MS,
      requests,
      failures,
      promptTokens: prompt,
      completionTokens: completion,
      totalTokens: total,
      successTokens: success,
      latencyCount,
      latencyMs,
    }))
    .filter(({ at }) => at >= fromAt && at < toAt);
}

/** The UTC day (days since 1970) of an instant, also of one that is infinitely early or late. */
function dayOf(at: number): number {
  return Math.floor(Math.min(Math.max(at, 0), Number.MAX_SAFE_INTEGER) / DAY_MS);
}
