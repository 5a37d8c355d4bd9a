import type { RateLimited } from "../../ledger/litellm/exceptions.ts";
import { dayLabel } from "./utc-day.ts";

const MOST_DEPLOYMENTS = 10;

/** `/global/activity/exceptions`: refusals for the rate, by day. */
export function answerExceptions(found: readonly RateLimited[]) {
  const days = new Map<number, number>();
  for (const { day, count } of found) days.set(day, (days.get(day) ?? 0) + count);
  return {
    daily_data: [...days].map(([day, count]) => ({ date: dayLabel(day), num_rate_limit_exceptions: count })),
    sum_num_rate_limit_exceptions: sum(found),
  };
}

/** `/global/activity/exceptions/deployment`: the same for the ten deployments with most of them. */
export function answerExceptionsByDeployment(found: readonly RateLimited[]) {
  return [...Map.groupBy(found, ({ apiBase }) => apiBase)]
    .map(([apiBase, list]) => ({
      api_base: apiBase,
      daily_data: list.map(({ day, count }) => ({
        api_base: apiBase,
        date: dayLabel(day),
        num_rate_limit_exceptions: count,
      })),
      sum_num_rate_limit_exceptions: sum(list),
    }))
    .sort((a, b) => b.sum_num_rate_limit_exceptions - a.sum_num_rate_limit_exceptions)
    .slice(0, MOST_DEPLOYMENTS);
}

function sum(list: readonly RateLimited[]): number {
  return list.reduce((total, { count }) => total + count, 0);
}
