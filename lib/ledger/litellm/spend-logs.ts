import type { Sql } from "postgres";
import { rowsOf } from "../postgres/client.ts";
import { identifier } from "../postgres/sql-text.ts";
import type { Columns, LiteLLMDatabase } from "./database.ts";
import { jsonTexts, REQUEST_METADATA, selectList } from "./row-json.ts";
import { Conditions } from "./statement.ts";

/** How many rows an answer holds at most, and how deep pages go. */
export const MOST_ROWS = 10_000;
const TIMEOUT_MS = 10_000;

/** Columns of an answer in LiteLLM's order; whatever else the table has may hold prompts. */
const COLUMNS = [
  "request_id",
  "call_type",
  "api_key",
  "spend",
  "total_tokens",
  "prompt_tokens",
  "completion_tokens",
  "startTime",
  "endTime",
  "request_duration_ms",
  "completionStartTime",
  "model",
  "model_id",
  "model_group",
  "custom_llm_provider",
  "api_base",
  "user",
  "cache_hit",
  "cache_key",
  "request_tags",
  "team_id",
  "organization_id",
  "end_user",
  "requester_ip_address",
  "session_id",
  "status",
  "mcp_namespaced_tool_name",
  "agent_id",
  "litellm_call_id",
];
const DURATION = "request_duration_ms";
/** Columns that LiteLLM shows and that are never read here. */
const UNREAD = ["messages", "response", "proxy_server_request"].map((name) => `'{}'::jsonb AS ${name}`);

/** Which requests are meant. Moments are UTC milliseconds. */
export type LogFilter = {
  readonly from?: number | undefined;
  /** Included. */
  readonly to?: number | undefined;
  /** Not included. */
  readonly before?: number | undefined;
  readonly apiKey?: string | undefined;
  readonly user?: string | undefined;
  readonly team?: string | undefined;
  readonly requestId?: string | undefined;
  readonly model?: string | undefined;
  readonly modelId?: string | undefined;
  readonly endUser?: string | undefined;
  readonly session?: string | undefined;
  readonly minSpend?: number | undefined;
  readonly maxSpend?: number | undefined;
  readonly status?: "success" | "failure" | undefined;
  /** A part of it. */
  readonly keyAlias?: string | undefined;
  readonly errorCode?: string | undefined;
  /** A part of it. */
  readonly errorMessage?: string | undefined;
};

/** What rows can be sorted by. */
export const LOG_ORDERS = ["startTime", "endTime", "spend", "total_tokens", "request_duration_ms"] as const;
/** What rows are sorted by, and which way. */
export type LogOrder = { readonly by: (typeof LOG_ORDERS)[number]; readonly isAscending: boolean };

/** Rows as JSON texts. */
export type LogRows = { readonly rows: readonly string[]; readonly isTruncated: boolean };

/** The requests that fit, at most 10 000. Undefined where the database has no such table. */
export function readLogs(database: LiteLLMDatabase, filter: LogFilter, order: LogOrder): Promise<LogRows | undefined> {
  return database.read("LiteLLM_SpendLogs", TIMEOUT_MS, async (sql, columns) => {
    const { where, parameters } = conditionsOf(filter, columns("LiteLLM_SpendLogs"));
    const statement = `${selectRows(columns("LiteLLM_SpendLogs"), UNREAD, "as they are")} ${where}
      ${orderBy(order, columns("LiteLLM_SpendLogs"))} LIMIT ${MOST_ROWS + 1}`;
    const rows = jsonTexts(await rowsOf(sql, asJson(statement), parameters));
    return { rows: rows.slice(0, MOST_ROWS), isTruncated: rows.length > MOST_ROWS };
  });
}

/** Whose requests alone are counted in a session. */
export type SessionScope = { readonly column: "user" | "team_id"; readonly value: string };

/** One page; `total` counts every request that fits. */
export type LogPage = { readonly rows: readonly string[]; readonly total: number };

/** A page of the requests that fit, counted from 1. */
export function readLogPage(
  database: LiteLLMDatabase,
  filter: LogFilter,
  page: {
    readonly order: LogOrder;
    readonly page: number;
    readonly size: number;
    readonly countsSessions: boolean;
    /** Everybody's where it is left out. */
    readonly sessionsOf?: SessionScope | undefined;
  },
): Promise<LogPage | undefined> {
  return database.read("LiteLLM_SpendLogs", TIMEOUT_MS, async (sql, columnsOf) => {
    const columns = columnsOf("LiteLLM_SpendLogs");
    const { where, parameters } = conditionsOf(filter, columns);
    const total = await count(sql, where, parameters);
    const offset = (page.page - 1) * page.size;
    if (offset >= Math.min(total, MOST_ROWS)) return { rows: [], total };
    const countsSessions = page.countsSessions && columns.has("session_id");
    const scope = countsSessions ? page.sessionsOf : undefined;
    const extra = countsSessions ? [sessionCount(scope?.column, parameters.length + 1)] : [];
    const statement = `${selectRows(columns, extra, "filled")} ${where} ${orderBy(page.order, columns)}
      LIMIT ${Math.min(page.size, MOST_ROWS - offset)} OFFSET ${offset}`;
    const values = scope === undefined ? parameters : [...parameters, scope.value];
    return { rows: jsonTexts(await rowsOf(sql, asJson(statement), values)), total };
  });
}

async function count(sql: Sql, where: string, parameters: readonly (string | number)[]): Promise<number> {
  const [row] = await rowsOf(
    sql,
    `SELECT count(*)::float8 AS total FROM "LiteLLM_SpendLogs" AS log ${where}`,
    parameters,
  );
  return Number(row?.["total"] ?? 0);
}

/** LiteLLM's pages fill a missing duration from the times, its lists show the column as it is. */
function selectRows(columns: Columns, extra: readonly string[], durations: "filled" | "as they are"): string {
  const isFilled = durations === "filled" && columns.has("endTime");
  const wish = isFilled ? COLUMNS.filter((name) => name !== DURATION) : COLUMNS;
  const list = [
    ...selectList(wish, columns, "log"),
    ...(isFilled ? [`(${duration(columns)})::bigint AS ${DURATION}`] : []),
    `${columns.has("metadata") ? REQUEST_METADATA : "'{}'::jsonb"} AS metadata`,
    ...extra,
  ];
  return `SELECT ${list.join(", ")} FROM "LiteLLM_SpendLogs" AS log`;
}

/** Rows of the same session; with a column only those whose column holds the parameter of that number. */
function sessionCount(column: SessionScope["column"] | undefined, parameter: number): string {
  const own = column === undefined ? "" : ` AND other."${column}" = $${parameter}`;
  return `CASE WHEN log.session_id IS NULL OR log.session_id = '' THEN 1 ELSE (
    SELECT count(*) FROM "LiteLLM_SpendLogs" AS other WHERE other.session_id = log.session_id${own}) END AS session_total_count`;
}

function asJson(statement: string): string {
  return `SELECT row_to_json(answer)::text AS json FROM (${statement}) AS answer`;
}

function orderBy({ by, isAscending }: LogOrder, columns: Columns): string {
  const way = isAscending ? "ASC" : "DESC";
  const isDuration = by === DURATION;
  const column = isDuration ? duration(columns) : `log.${identifier(by)}`;
  const nulls = isAscending ? "NULLS FIRST" : "NULLS LAST";
  return `ORDER BY ${column} ${way}${isDuration ? ` ${nulls}` : ""}, log.request_id ${way}`;
}

/** Milliseconds; NULL where they have no number. */
function duration(columns: Columns): string {
  const isNumber = `isfinite(log."endTime") AND isfinite(log."startTime")`;
  const elapsed = `CASE WHEN ${isNumber} THEN extract(epoch FROM log."endTime" - log."startTime") * 1000 END`;
  return columns.has(DURATION) ? `coalesce(log.${DURATION}, ${elapsed})` : elapsed;
}

function conditionsOf(filter: LogFilter, columns: Columns): Conditions {
  const found = new Conditions();
  const moment = (at: number) => new Date(at).toISOString().replace("Z", "");
  if (filter.from !== undefined) found.add(`log."startTime" >= ?::timestamp`, moment(filter.from));
  if (filter.before !== undefined) found.add(`log."startTime" < ?::timestamp`, moment(filter.before));
  if (filter.to !== undefined) found.add(`log."startTime" <= ?::timestamp`, moment(filter.to));
  for (const [column, value] of [
    ["api_key", filter.apiKey],
    ["user", filter.user],
    ["team_id", filter.team],
    ["request_id", filter.requestId],
    ["model", filter.model],
    ["model_id", filter.modelId],
    ["end_user", filter.endUser],
    ["session_id", filter.session],
  ] as const) {
    if (value !== undefined)
      found.add(columns.has(column) ? `log.${identifier(column)} = ?` : "?::text IS NULL", value);
  }
  if (filter.minSpend !== undefined) found.add("log.spend >= ?::float8", filter.minSpend);
  if (filter.maxSpend !== undefined) found.add("log.spend <= ?::float8", filter.maxSpend);
  if (filter.status !== undefined) {
    const status = columns.has("status") ? "log.status" : "NULL";
    found.add(filter.status === "failure" ? `${status} = 'failure'` : `coalesce(${status}, 'success') = 'success'`);
  }
  const metadata = columns.has("metadata") ? "log.metadata" : "'{}'::jsonb";
  if (filter.keyAlias !== undefined) {
    found.add(`position(?::text IN ${metadata}->>'user_api_key_alias') > 0`, filter.keyAlias);
  }
  if (filter.errorCode !== undefined) {
    found.add(`${metadata}->'error_information'->>'error_code' = ?`, filter.errorCode);
  }
  if (filter.errorMessage !== undefined) {
    found.add(`position(?::text IN ${metadata}->'error_information'->>'error_message') > 0`, filter.errorMessage);
  }
  return found;
}
