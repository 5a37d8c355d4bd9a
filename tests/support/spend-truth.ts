import { cleanNumber } from "../../lib/query/clean-number.ts";
import type { LogRow, People } from "./spend-world.ts";

const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A question as the truth is asked: dates as texts, the user whose rows alone count. */
export type Truth = {
  readonly rows: readonly LogRow[];
  readonly people: People;
  readonly now: number;
  readonly own: string | undefined;
};

type Query = Readonly<Record<string, string | undefined>>;

const dateOf = (row: LogRow) => row.startTime.slice(0, 10);
const label = (date: string) => `${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(8)}`;
const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
const spendOf = (rows: readonly LogRow[]) => sum(rows.map((row) => row.spend));
const ofUser = ({ rows, own }: Truth) => (own === undefined ? rows : rows.filter(({ user }) => user === own));
/** The rows of both days and those between. */
export const within = (rows: readonly LogRow[], { start_date: from = "", end_date: to = "" }: Query) =>
  rows.filter((row) => dateOf(row) >= from && dateOf(row) <= to);
const ofMonth = ({ now }: Truth, rows: readonly LogRow[]) => {
  const from = new Date(Math.floor(now / DAY) * DAY - 30 * DAY).toISOString();
  return rows.filter(({ startTime }) => startTime >= from);
};
const grouped = <Key>(rows: readonly LogRow[], keyOf: (row: LogRow) => Key) => [...Map.groupBy(rows, keyOf)];
const inOrder = <Value>(entries: [string, Value][]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
const teamAlias = ({ people }: Truth, team: string | null) =>
  people.teams.find(({ team_id }) => team_id === team)?.team_alias ?? undefined;

function activity(rows: readonly LogRow[], extra: Readonly<Record<string, unknown>> = {}) {
  const days = inOrder(grouped(rows, dateOf));
  return {
    daily_data: days.map(([date, list]) => ({
      ...extra,
      date: label(date),
      api_requests: list.length,
      total_tokens: sum(list.map((row) => row.total_tokens)),
    })),
    sum_api_requests: rows.length,
    sum_total_tokens: sum(rows.map((row) => row.total_tokens)),
  };
}

function pairs(rows: readonly LogRow[]) {
  return grouped(rows, (row) => JSON.stringify([row.model, row.api_key])).map(([, list]) => ({
    model: list[0]?.model,
    api_key: list[0]?.api_key,
    spend: spendOf(list),
    total_tokens: sum(list.map((row) => row.total_tokens)),
  }));
}

function cost(rows: readonly LogRow[]) {
  return {
    total_cost: spendOf(rows),
    total_input_tokens: sum(rows.map((row) => row.prompt_tokens)),
    total_output_tokens: sum(rows.map((row) => row.completion_tokens)),
  };
}

function byKey(rows: readonly LogRow[]) {
  return grouped(rows, (row) => row.api_key).map(([key, list]) => ({
    api_key: key,
    ...cost(list),
    model_details: grouped(list, (row) => row.model).map(([model, ofModel]) => ({ model, ...cost(ofModel) })),
  }));
}

function report(truth: Truth, query: Query) {
  const rows = within(truth.rows, query);
  const hashed = (key: string) =>
    key.startsWith("sk-") ? new Bun.CryptoHasher("sha256").update(key).digest("hex") : key;
  if (query["api_key"] !== undefined) {
    const key = hashed(query["api_key"]);
    return byKey(rows.filter((row) => row.api_key === key));
  }
  if (query["internal_user_id"] !== undefined) {
    return byKey(rows.filter((row) => row.user === query["internal_user_id"]));
  }
  const { team_id: team, customer_id: customer, group_by: groupBy = "team" } = query;
  const nameOf = (row: LogRow) => teamAlias(truth, row.team_id) ?? "Unassigned Team";
  const part = (list: readonly LogRow[]) => ({ total_spend: spendOf(list), metadata: pairs(list) });
  const days = (list: readonly LogRow[]) => inOrder(grouped(list, dateOf));
  const at = (date: string) => ({ group_by_day: `${date}T00:00:00+00:00` });
  if (team !== undefined && customer !== undefined) {
    const both = rows.filter((row) => row.team_id === team && row.end_user === customer);
    return days(both).map(([date, list]) => ({
      ...at(date),
      teams_customers: grouped(list, nameOf).map(([name, of]) => ({ team_name: name, customer, ...part(of) })),
    }));
  }
  if (groupBy === "api_key") return byKey(rows);
  if (groupBy === "customer") {
    return days(rows).map(([date, list]) => ({
      ...at(date),
      customers: grouped(list, (row) => row.end_user).map(([name, of]) => ({ customer: name, ...part(of) })),
    }));
  }
  return days(rows).map(([date, list]) => ({
    ...at(date),
    teams: grouped(list, nameOf).map(([name, of]) => ({ team_name: name, ...part(of) })),
  }));
}

function logDays(truth: Truth, query: Query) {
  const { api_key: key, request_id: request, user_id: user, end_date: end = "" } = query;
  const rows = within(ofUser(truth), query).filter((row) => {
    if (key !== undefined) return row.api_key === key;
    if (request !== undefined) return row.request_id === request;
    return user === undefined || truth.own !== undefined || row.user === user;
  });
  const sums = (list: readonly LogRow[], nameOf: (row: LogRow) => string | null) =>
    grouped(list, (row) => String(nameOf(row))).map(([name, of]) => [name, spendOf(of)] as const);
  const days: object[] = inOrder(grouped(rows, dateOf)).map(([date, list]) =>
    Object.fromEntries<unknown>([
      ...sums(list, (row) => row.api_key),
      ["users", Object.fromEntries(sums(list, (row) => row.user))],
      ["models", Object.fromEntries(sums(list, (row) => row.model))],
      ["spend", spendOf(list)],
      ["startTime", date],
    ]),
  );
  const last = rows.map(dateOf).sort().at(-1);
  for (let at = Date.parse(last ?? "9999-01-01") + DAY; at <= Date.parse(end); at += DAY) {
    days.push({ startTime: new Date(at).toISOString().slice(0, 10), spend: 0, users: {}, models: {} });
  }
  return days;
}

function tags(rows: readonly LogRow[]) {
  const used = rows.flatMap((row) => (row.request_tags ?? []).map((tag) => ({ tag, spend: row.spend })));
  return [...Map.groupBy(used, ({ tag }) => tag)].map(([tag, list]) => ({
    tag,
    count: list.length,
    spend: sum(list.map(({ spend }) => spend)),
  }));
}

/** What each route must answer, computed from the rows one by one. Lists may come in any order. */
export const TRUTHS: Readonly<Record<string, (truth: Truth, query: Query) => unknown>> = {
  "/global/activity": (truth, query) => activity(within(ofUser(truth), query)),
  "/global/activity/model": (truth, query) =>
    grouped(within(ofUser(truth), query), (row) => row.model_group).map(([model, list]) => ({
      model,
      ...activity(list, { model_group: model }),
    })),
  "/global/spend": (truth) => ({ spend: spendOf(ofMonth(truth, truth.rows)), max_budget: 0 }),
  "/global/spend/provider": (truth, query) =>
    grouped(within(ofUser(truth), query), (row) => row.custom_llm_provider)
      .filter(([provider]) => provider !== null && provider !== "")
      .map(([provider, list]) => ({ provider, spend: spendOf(list) })),
  "/global/spend/logs": (truth, { api_key: key }) => {
    const rows = ofMonth(truth, ofUser(truth)).filter((row) => key === undefined || row.api_key === key);
    if (truth.own !== undefined) {
      return grouped(rows, (row) => `${dateOf(row)} ${row.api_key}`).map(([, list]) => ({
        date: list[0] && dateOf(list[0]),
        spend: spendOf(list),
        api_key: list[0]?.api_key,
        user: truth.own,
      }));
    }
    return grouped(rows, dateOf).map(([date, list]) => ({
      date,
      spend: spendOf(list),
      ...(key === undefined ? {} : { api_key: key }),
    }));
  },
  "/global/spend/keys": (truth) =>
    grouped(truth.own === undefined ? ofMonth(truth, truth.rows) : ofUser(truth), (row) => row.api_key).map(
      ([key, list]) => {
        const known = truth.people.keys.find(({ token }) => token === key);
        return {
          api_key: key,
          total_spend: spendOf(list),
          key_alias: known?.key_alias ?? null,
          key_name: known?.key_name ?? null,
        };
      },
    ),
  "/global/spend/models": (truth) => {
    const { own } = truth;
    const rows = own === undefined ? ofMonth(truth, truth.rows).filter(({ model }) => model !== "") : ofUser(truth);
    return grouped(rows, (row) => row.model).map(([model, list]) => ({
      model,
      total_spend: spendOf(list),
      ...(own === undefined ? {} : { total_tokens: sum(list.map((row) => row.total_tokens)) }),
    }));
  },
  "/global/spend/report": report,
  "/global/spend/tags": (truth, query) => {
    const wanted = query["tags"]?.split(",") ?? ["all-tags"];
    return {
      spend_per_tag: tags(within(truth.rows, query))
        .filter(({ tag }) => query["tags"] === "" || wanted.includes("all-tags") || wanted.includes(tag))
        // The noise of adding up must not decide which way a half is rounded.
        .map(({ tag, count, spend }) => ({
          name: tag,
          log_count: count,
          spend: Number(cleanNumber(spend).toFixed(4)),
        })),
    };
  },
  "/spend/tags": (truth, query) =>
    tags(within(truth.rows, { start_date: "0001-01-01", end_date: "9999-12-31", ...query })).map(
      ({ tag, count, spend }) => ({ individual_request_tag: tag, log_count: count, total_spend: spend }),
    ),
  "/global/spend/all_tag_names": ({ rows }) => ({ tag_names: tags(rows).map(({ tag }) => tag) }),
  "/global/all_end_users": ({ rows }) => ({ end_users: grouped(rows, (row) => row.end_user).map(([name]) => name) }),
  "/spend/logs": logDays,
};

/** `POST /global/spend/end_users`. */
export function endUsersTruth(
  { rows, now }: Truth,
  body: { readonly startTime?: string; readonly endTime?: string; readonly api_key?: string },
) {
  const from = body.startTime === undefined ? now - 30 * DAY : Date.parse(body.startTime);
  const before = body.endTime === undefined ? now : Date.parse(body.endTime);
  const inside = rows.filter(({ startTime, api_key }) => {
    const at = Date.parse(startTime);
    return at >= from && at < before && (body.api_key === undefined || api_key === body.api_key);
  });
  return grouped(inside, (row) => row.end_user).map(([name, list]) => ({
    end_user: name,
    total_count: list.length,
    total_spend: spendOf(list),
  }));
}

/** Requests that a page question means, newest first. */
export function pageTruth(truth: Truth, query: Query): string[] {
  const { start_date: from = "", end_date: to = "" } = query;
  const iso = (text: string) => `${text.replace(" ", "T")}.000Z`;
  const administers = query["team_id"] === "t-search" && truth.own === "ben";
  const rows = administers ? truth.rows : ofUser(truth);
  const fits = (value: string | null, wanted: string | undefined) => wanted === undefined || value === wanted;
  return rows
    .filter(
      (row) =>
        row.startTime >= iso(from) &&
        row.startTime <= iso(to) &&
        fits(row.team_id, query["team_id"]) &&
        (truth.own === undefined || administers ? fits(row.user, query["user_id"]) : true) &&
        fits(row.model, query["model"]) &&
        fits(row.end_user, query["end_user"]) &&
        (query["status_filter"] === undefined ||
          (row.status === "failure") === (query["status_filter"] === "failure")) &&
        row.spend >= Number(query["min_spend"] ?? 0),
    )
    .map((row) => row.request_id);
}
