import type { Role } from "../../../litellm/record-roles.ts";

/** Without these there is nothing to count. */
export const NEEDED_ROLES = ["id", "time", "spend"] as const satisfies readonly Role[];

/** A table that is known by its name, and the columns that its records come from. */
export type KnownTable = { readonly name: string; readonly columns: ReadonlyMap<Role, string> };

/** LiteLLM's own log of requests (1.82.6; litellm-proxy-extras 0.4.60 to 0.4.110). */
const SPEND_LOGS: KnownTable = {
  name: "LiteLLM_SpendLogs",
  columns: new Map<Role, string>([
    ["id", "request_id"],
    ["time", "startTime"],
    ["end", "endTime"],
    ["first_token", "completionStartTime"],
    ["spend", "spend"],
    ["prompt_tokens", "prompt_tokens"],
    ["completion_tokens", "completion_tokens"],
    ["total_tokens", "total_tokens"],
    ["status", "status"],
    ["cache", "cache_hit"],
    ["model", "model"],
    ["model_group", "model_group"],
    ["provider", "custom_llm_provider"],
    ["key", "api_key"],
    ["user", "user"],
    ["end_user", "end_user"],
    ["team", "team_id"],
    ["tags", "request_tags"],
    ["session", "session_id"],
  ]),
};

/** The table of the cost aggregator. */
const COST_LOGS: KnownTable = {
  name: "cost_logs",
  columns: new Map<Role, string>([
    ["id", "id"],
    ["time", "created_at"],
    ["spend", "cost_usd"],
    ["model", "model"],
    ["provider", "provider"],
  ]),
};

/** The tables that are found by themselves, the preferred one first. */
export const KNOWN_TABLES: readonly KnownTable[] = [SPEND_LOGS, COST_LOGS];

/** Columns that may hold prompts, answers or passwords: never read, whatever the settings say. */
export const FORBIDDEN_COLUMNS: readonly string[] = [
  "messages",
  "response",
  "proxy_server_request",
  "metadata",
  "password",
];
