import { providerSpend } from "../ledger/questions/provider-spend.ts";
import type { LedgerState } from "../ledger/reader.ts";

/** The answer of `GET /aggregate`: what was spent on each model of each provider, all time, highest first. */
export type AggregateAnswer = {
  readonly records: number;
  readonly data: readonly { readonly provider: string; readonly model: string; readonly total_cost: number }[];
};

/** Answers from a ledger. */
export async function answerAggregate({ sql }: LedgerState): Promise<AggregateAnswer> {
  const spent = await providerSpend(sql);
  const data = spent.map(({ provider, model, spend }) => ({ provider, model, total_cost: spend }));
  return { records: data.length, data };
}
