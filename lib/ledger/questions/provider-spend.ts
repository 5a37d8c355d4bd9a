import type { LedgerSql } from "../sql/ledger-sql.ts";

/** What was spent on a model of a provider, all time. */
export type ProviderSpend = { readonly provider: string; readonly model: string; readonly spend: number };

/** Spend by provider and model of everything that was ever counted, in no order. */
export async function providerSpend(sql: LedgerSql): Promise<readonly ProviderSpend[]> {
  return sql.rows<ProviderSpend>(
    `SELECT COALESCE(p.text, '') AS provider, COALESCE(m.text, '') AS model, SUM(c.spend) AS spend
      FROM sheet JOIN route_day AS c ON c.sheet = sheet.id JOIN route ON route.id = c.route
        JOIN text AS p ON p.id = route.provider JOIN text AS m ON m.id = route.model
      WHERE sheet.is_live = 1 GROUP BY COALESCE(p.text, ''), COALESCE(m.text, '')`,
  );
}
