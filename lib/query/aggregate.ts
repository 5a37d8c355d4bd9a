import { type ProviderSpend, providerSpend } from "../ledger/questions/provider-spend.ts";
import type { LedgerState } from "../ledger/reader.ts";
import { compareTexts } from "../ledger/sql/text-order.ts";
import { cleanNumber } from "./clean-number.ts";

/** The answer of `GET /aggregate`: what was spent on each model of each provider, all time, highest first. */
export type AggregateAnswer = {
  readonly records: number;
  readonly data: readonly { readonly provider: string; readonly model: string; readonly total_cost: number }[];
};

/** Answers from a ledger. */
export async function answerAggregate(ledger: LedgerState): Promise<AggregateAnswer> {
  const spent = await spendByProvider(ledger);
  const data = spent.map(({ provider, model, spend }) => ({ provider, model, total_cost: spend }));
  return { records: data.length, data };
}

/** What was spent on each model of each provider, all time: highest first, equal ones by their names. */
export async function spendByProvider({ sql }: LedgerState): Promise<ProviderSpend[]> {
  const spent = await providerSpend(sql);
  // Databases add up in different orders, so amounts are compared without the noise of that.
  const clean = spent.map((row) => ({ ...row, spend: cleanNumber(row.spend) }));
  return clean.toSorted(
    (a, b) => b.spend - a.spend || compareTexts(a.provider, b.provider) || compareTexts(a.model, b.model),
  );
}
