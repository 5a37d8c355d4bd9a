import type { ProviderBudget } from "../../lib/query/spend/budgets.ts";
import { type Truth, within } from "./spend-truth.ts";
import type { LogRow } from "./spend-world.ts";

const DAY = 86_400_000;
const HASH = /^sk-/;

type Query = Readonly<Record<string, string | undefined>>;

const sum = (rows: readonly LogRow[]) => rows.reduce((total, { spend }) => total + spend, 0);
const dateOf = ({ startTime }: { readonly startTime: string }) => startTime.slice(0, 10);
const ofUser = ({ rows, own }: Truth) => (own === undefined ? rows : rows.filter(({ user }) => user === own));

/** `/global/spend/teams` before anything is rounded: spend by date and alias. */
export function teamDays({ rows, people, now }: Truth): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const from = new Date(Math.floor(now / DAY) * DAY - 30 * DAY).toISOString();
  const aliasOf = (team: string | null) => people.teams.find(({ team_id }) => team_id === team)?.team_alias;
  const days = Map.groupBy(
    rows.filter(({ startTime }) => startTime >= from),
    dateOf,
  );
  return new Map(
    [...days].map(([date, list]) => {
      const teams = Map.groupBy(list, ({ team_id }) => aliasOf(team_id) ?? "Unassigned");
      return [date, new Map([...teams].map(([alias, of]) => [alias, sum(of)]))];
    }),
  );
}

/** `/provider/budgets` at a moment. */
export function budgetsTruth({ rows, now }: Truth, budgets: readonly ProviderBudget[]) {
  const providers = budgets.map(({ provider, limit, days }) => {
    const begin = Math.floor(now / (days * DAY)) * days * DAY;
    const inside = rows.filter(({ startTime, custom_llm_provider }) => {
      const at = Date.parse(startTime);
      return custom_llm_provider === provider && at >= begin && at < begin + days * DAY;
    });
    const reset = new Date(begin + days * DAY).toISOString();
    const entry = { budget_limit: limit, time_period: `${days}d`, spend: sum(inside), budget_reset_at: reset };
    return [provider, entry] as const;
  });
  return { providers: Object.fromEntries(providers) };
}

/** A refusal with status 429, from either table. */
type Refusal = { readonly startTime: string; readonly api_base: string };

/** The refusals that the routes of exceptions mean. */
export function refusals({ rows, people }: Truth, query: Query): Refusal[] {
  const { start_date: from = "", end_date: to = "", model_group: group } = query;
  const inside = (refusal: Refusal) => dateOf(refusal) >= from && dateOf(refusal) <= to;
  if (people.error_logs.length > 0) {
    return people.error_logs.filter((log) => log.status_code === "429" && log.model_group === group).filter(inside);
  }
  return rows
    .filter((row) => row.status === "failure" && row.model_group === group)
    .map(({ startTime, api_base }) => ({ startTime, api_base: api_base ?? "" }))
    .filter(inside);
}

/** How many refusals each date has. */
export function refusalsByDate(list: readonly Refusal[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(list, dateOf)].map(([date, of]) => [date, of.length]));
}

/** The requests that `/spend/logs` lists, newest first. */
export function logRows(truth: Truth, query: Query): LogRow[] {
  const { api_key: key, request_id: request, user_id: user } = query;
  const hasDates = query["start_date"] !== undefined && query["end_date"] !== undefined;
  const own = ofUser(truth);
  return (hasDates ? within(own, query) : own)
    .filter((row) => {
      if (key !== undefined) return row.api_key === (HASH.test(key) ? tokenOf(key) : key);
      if (request !== undefined) return row.request_id === request;
      return user === undefined || truth.own !== undefined || row.user === user;
    })
    .toSorted((a, b) => (a.startTime === b.startTime ? 0 : a.startTime < b.startTime ? 1 : -1));
}

function tokenOf(key: string): string {
  return new Bun.CryptoHasher("sha256").update(key).digest("hex");
}

/** What a page adds to a row, or fills. */
export function pageRowTruth(truth: Truth, row: LogRow) {
  const { session_id: session } = row;
  const others = ofUser(truth).filter((other) => other.session_id === session).length;
  return {
    session_total_count: session === null || session === "" ? 1 : others,
    request_duration_ms: row.request_duration_ms ?? Date.parse(row.endTime) - Date.parse(row.startTime),
  };
}
