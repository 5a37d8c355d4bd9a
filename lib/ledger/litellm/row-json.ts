import { identifier } from "../postgres/sql-text.ts";
import type { Columns } from "./database.ts";

/** Keys of a request's `metadata` that hold figures and names; the others may hold prompts, answers or credentials. */
const METADATA_KEYS = [
  "status",
  "user_api_key",
  "user_api_key_alias",
  "user_api_key_team_id",
  "user_api_key_team_alias",
  "user_api_key_org_id",
  "user_api_key_user_id",
  "requester_ip_address",
  "applied_guardrails",
  "batch_models",
  "usage_object",
  "additional_usage_values",
  "error_information",
  "cost_breakdown",
  "litellm_overhead_time_ms",
  "spend_logs_metadata",
];

/** Keys of a key's or user's `metadata` that LiteLLM keeps credentials under. */
const SECRET_KEYS = ["logging", "callback_settings"];

const quoted = (keys: readonly string[]) => keys.map((key) => `'${key}'`).join(", ");

/** The named keys of a request's `metadata`, as an expression. */
export const REQUEST_METADATA = `(SELECT coalesce(jsonb_object_agg(entry.key, entry.value), '{}') FROM jsonb_each(
  CASE jsonb_typeof(metadata) WHEN 'object' THEN metadata ELSE '{}' END) AS entry WHERE entry.key IN (${quoted(METADATA_KEYS)}))`;

/** The `metadata` of a key or user, as an expression. */
export const OWNER_METADATA = `(CASE jsonb_typeof(metadata) WHEN 'object' THEN metadata ELSE '{}' END - ARRAY[${quoted(SECRET_KEYS)}])`;

/** The columns that there are, in the order of the wish, as a select list whose moments are ISO texts in UTC. */
export function selectList(wish: readonly string[], columns: Columns, alias: string): string[] {
  return wish.flatMap((name) => {
    const type = columns.get(name);
    if (type === undefined) return [];
    const column = `${alias}.${identifier(name)}`;
    return [`${expressionOf(column, type)} AS ${identifier(name)}`];
  });
}

function expressionOf(column: string, type: string): string {
  if (type === "timestamp" || type === "timestamptz") return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  // LiteLLM shows a list that was never set as an empty one.
  return type.startsWith("_") ? `coalesce(${column}, '{}')` : column;
}

/** JSON texts of whole rows: PostgreSQL writes them, nothing here reads them. */
export function jsonTexts(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.map((row) => String(row["json"]));
}
