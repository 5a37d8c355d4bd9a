import type { LedgerState } from "../../ledger/reader.ts";
import { ALL_DAYS } from "../../ledger/sums/days.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { useOfDays } from "../../ledger/sums/totals.ts";
import { cleanNumber } from "../clean-number.ts";
import type { Caller } from "./reply.ts";
import { isoDay, monthUntil } from "./utc-day.ts";

const OWN_KEYS = 10;

/** `/global/spend`: what thirty days cost, beside the budget that is configured (USD, 0 for none). */
export async function answerGlobalSpend(ledger: LedgerState, now: number, maxBudget: number) {
  const days = await useOfDays(ledger.sql, monthUntil(now));
  const spend = days.reduce((sum, day) => sum + day.spend, 0);
  return { spend: cleanNumber(spend), max_budget: maxBudget };
}

/** `/global/spend/logs`: spend of each of thirty days, of one key where one is named; an internal user's by key. */
export async function answerDailySpend(ledger: LedgerState, now: number, caller: Caller, apiKey: string | undefined) {
  const days = monthUntil(now);
  if (caller.kind === "user") {
    const of = { user: caller.userId, ...(apiKey === undefined ? {} : { apiKey }) };
    const groups = await groupedUse(ledger, {
      days,
      by: ["api_key", "user_id"],
      measures: ["spend"],
      byDay: true,
      of,
    });
    return groups.map(({ day, names, spend }) => ({
      date: isoDay(day),
      spend: cleanNumber(spend),
      api_key: names[0],
      user: names[1],
    }));
  }
  if (apiKey === undefined) {
    const uses = await useOfDays(ledger.sql, days);
    return uses.map(({ day, spend }) => ({ date: isoDay(day), spend: cleanNumber(spend) }));
  }
  const groups = await groupedUse(ledger, { days, by: [], measures: ["spend"], byDay: true, of: { apiKey } });
  return groups.map(({ day, spend }) => ({
    date: isoDay(day),
    spend: cleanNumber(spend),
    api_key: apiKey,
  }));
}

/** The keys of `/global/spend/keys` with their spend, highest first; an internal user's of all time, always ten. */
export async function topKeys(
  ledger: LedgerState,
  now: number,
  caller: Caller,
  limit: number | undefined,
): Promise<{ readonly apiKey: string | null; readonly spend: number }[]> {
  const isAdmin = caller.kind === "admin";
  const groups = await groupedUse(ledger, {
    days: isAdmin ? monthUntil(now) : ALL_DAYS,
    by: ["api_key"],
    measures: ["spend"],
    of: isAdmin ? {} : { user: caller.userId },
  });
  return bySpend(groups.map(({ names, spend }) => ({ apiKey: names[0], spend }))).slice(0, isAdmin ? limit : OWN_KEYS);
}

/** `/global/spend/models`: the models that cost most in thirty days; an internal user's of all time, with tokens. */
export async function answerTopModels(ledger: LedgerState, now: number, caller: Caller, limit: number) {
  if (caller.kind === "user") {
    const groups = await groupedUse(ledger, {
      days: ALL_DAYS,
      by: ["model"],
      measures: ["spend", "totalTokens"],
      of: { user: caller.userId },
    });
    return bySpend(groups)
      .slice(0, limit)
      .map(({ names, spend, totalTokens }) => ({
        model: names[0],
        total_spend: cleanNumber(spend),
        total_tokens: totalTokens,
      }));
  }
  const groups = await groupedUse(ledger, { days: monthUntil(now), by: ["model"], measures: ["spend"] });
  return bySpend(groups.filter(({ names }) => names[0] !== null && names[0] !== ""))
    .slice(0, limit)
    .map(({ names, spend }) => ({ model: names[0], total_spend: cleanNumber(spend) }));
}

/** Highest spend first; equal ones keep their order. */
export function bySpend<Row extends { readonly spend: number }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => b.spend - a.spend);
}
