import type { LedgerSql } from "../sql/ledger-sql.ts";
import { compareTexts } from "../sql/text-order.ts";
import type { LocalDays } from "./blocks.ts";

/** Successes that cost nothing although they used tokens and were no cache hit. */
export type UnpricedUse = {
  readonly model: string;
  readonly modelGroup: string | null;
  readonly provider: string | null;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
};

/** The unpriced requests of a range of days by model, model group and provider, most requests first. */
export async function unpricedUse(sql: LedgerSql, { first, last, zone }: LocalDays): Promise<UnpricedUse[]> {
  const rows = await sql.rows<UnpricedUse>(
    `SELECT COALESCE(m.text, '') AS model, g.text AS "modelGroup", p.text AS provider,
          SUM(c.unpriced_requests) AS requests, SUM(c.unpriced_prompt_tokens) AS "promptTokens",
          SUM(c.unpriced_completion_tokens) AS "completionTokens"
        FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
          JOIN text AS m ON m.id = route.model JOIN text AS g ON g.id = route.model_group
          JOIN text AS p ON p.id = route.provider
        WHERE sheet.is_live = 1 AND c.unpriced_requests > 0 AND sheet.day BETWEEN ?1 - 1 AND ?2 + 1
          AND sheet.day + CASE WHEN sheet.zone = ?3 THEN c.shift ELSE 0 END BETWEEN ?1 AND ?2
        GROUP BY route.id, m.text, g.text, p.text ORDER BY route.id`,
    [first, last, zone],
  );
  return rows.toSorted((a, b) => b.requests - a.requests || compareTexts(a.model, b.model));
}
