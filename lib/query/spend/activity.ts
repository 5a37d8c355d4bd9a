import type { LedgerState } from "../../ledger/reader.ts";
import type { DayRange } from "../../ledger/sums/days.ts";
import { groupedUse } from "../../ledger/sums/grouped.ts";
import { useOfDays } from "../../ledger/sums/totals.ts";
import type { Caller } from "./reply.ts";
import { dayLabel } from "./utc-day.ts";

const MOST_GROUPS = 10;
const USED = ["requests", "totalTokens"] as const;

type Day = { readonly day: number; readonly requests: number; readonly tokens: number };

/** `/global/activity`: requests and tokens of each day, in time order. */
export async function answerActivity(ledger: LedgerState, days: DayRange, caller: Caller) {
  const list: readonly Day[] =
    caller.kind === "admin" ? await useOfDays(ledger.sql, days) : await ownDays(ledger, days, caller.userId);
  return {
    daily_data: list.map(({ day, requests, tokens }) => ({
      date: dayLabel(day),
      api_requests: requests,
      total_tokens: tokens,
    })),
    ...sums(list),
  };
}

/** `/global/activity/model`: the same for the ten model groups with most requests. */
export async function answerActivityByModel(ledger: LedgerState, days: DayRange, caller: Caller) {
  const of = caller.kind === "admin" ? {} : { user: caller.userId };
  const groups = new Map<string | null, Day[]>();
  const uses = await groupedUse(ledger, {
    days,
    by: ["model_group"],
    measures: USED,
    byDay: true,
    of,
  });
  for (const { day, names, requests, totalTokens } of uses) {
    const [group] = names;
    const list = groups.get(group) ?? [];
    list.push({ day, requests, tokens: totalTokens });
    groups.set(group, list);
  }
  return [...groups]
    .map(([model, list]) => ({
      model,
      daily_data: list.map(({ day, requests, tokens }) => ({
        model_group: model,
        date: dayLabel(day),
        api_requests: requests,
        total_tokens: tokens,
      })),
      ...sums(list),
    }))
    .sort((a, b) => b.sum_api_requests - a.sum_api_requests || compareNames(a.model, b.model))
    .slice(0, MOST_GROUPS);
}

async function ownDays(ledger: LedgerState, days: DayRange, user: string): Promise<Day[]> {
  const groups = await groupedUse(ledger, { days, by: [], measures: USED, byDay: true, of: { user } });
  return groups.map(({ day, requests, totalTokens }) => ({
    day,
    requests,
    tokens: totalTokens,
  }));
}

function sums(list: readonly Day[]): { sum_api_requests: number; sum_total_tokens: number } {
  return {
    sum_api_requests: list.reduce((sum, { requests }) => sum + requests, 0),
    sum_total_tokens: list.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

function compareNames(a: string | null, b: string | null): number {
  return (a ?? "") < (b ?? "") ? -1 : 1;
}
