import type { LedgerState } from "../../ledger/reader.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { cleanNumber } from "../clean-number.ts";
import { dayOf, isoMidnight } from "./utc-day.ts";

/** What may be spent at one provider in a period of whole UTC days, in USD. */
export type ProviderBudget = { readonly provider: string; readonly limit: number; readonly days: number };

/**
 * `/provider/budgets`: each budget with what its running period has cost. A period of n days begins at a multiple of n
 * days since 1970.
 */
export async function answerBudgets(ledger: LedgerState, now: number, budgets: readonly ProviderBudget[]) {
  const today = dayOf(now);
  const providers: [string, object][] = [];
  for (const { provider, limit, days } of budgets) {
    const from = today - (today % days);
    const used = await groupedUse(ledger, { days: { from, to: from + days }, by: ["provider"], measures: ["spend"] });
    const spend = used.find(({ names }) => names[0] === provider)?.spend ?? 0;
    providers.push([
      provider,
      {
        budget_limit: limit,
        time_period: `${days}d`,
        spend: cleanNumber(spend),
        budget_reset_at: isoMidnight(from + days),
      },
    ]);
  }
  return { providers: Object.fromEntries(providers) };
}
