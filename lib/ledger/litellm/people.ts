import { rowsOf } from "../postgres/client.ts";
import type { Columns, LiteLLMDatabase } from "./database.ts";
import { jsonTexts, OWNER_METADATA, selectList } from "./row-json.ts";
import { type LogRows, MOST_ROWS } from "./spend-logs.ts";
import { Conditions } from "./statement.ts";

const TIMEOUT_MS = 10_000;

/** Columns of the key table that name, limit or count; what a key's owner put in (`config`, `permissions`) is left out. */
const KEY_COLUMNS = [
  ..."token key_name key_alias soft_budget_cooldown spend expires models aliases user_id team_id agent_id project_id".split(
    " ",
  ),
  ..."max_parallel_requests blocked tpm_limit rpm_limit max_budget budget_duration budget_reset_at".split(" "),
  ..."allowed_cache_controls allowed_routes policies access_group_ids model_spend model_max_budget budget_id".split(
    " ",
  ),
  ..."organization_id object_permission_id created_at created_by updated_at updated_by last_active rotation_count".split(
    " ",
  ),
  ..."auto_rotate rotation_interval last_rotation_at key_rotation_at total_spend".split(" "),
];

/** Columns of the user table; never `password`. */
const USER_COLUMNS = [
  ..."user_id user_alias team_id sso_user_id organization_id teams user_role max_budget spend user_email models".split(
    " ",
  ),
  ..."max_parallel_requests tpm_limit rpm_limit budget_duration budget_reset_at allowed_cache_controls policies".split(
    " ",
  ),
  ..."model_spend model_max_budget created_at updated_at object_permission_id".split(" "),
];

/** Relations that LiteLLM's client names in each row and never fills here. */
const EMPTY_OF_KEYS = ["litellm_organization_table", "litellm_project_table", "object_permission", "jwt_key_mappings"];
const EMPTY_OF_USERS = [
  "litellm_organization_table",
  "invitations_created",
  "invitations_updated",
  "invitations_user",
  "object_permission",
];
const BUDGET_COLUMNS = [
  ..."budget_id max_budget soft_budget max_parallel_requests tpm_limit rpm_limit model_max_budget".split(" "),
  ..."budget_duration budget_reset_at".split(" "),
];
const MEMBERSHIP_COLUMNS = [
  "user_id",
  "organization_id",
  "user_role",
  "spend",
  "budget_id",
  "created_at",
  "updated_at",
];

/** LiteLLM's virtual keys as JSON texts, highest spend first, at most 10 000. */
export function readKeys(database: LiteLLMDatabase): Promise<LogRows | undefined> {
  return database.read("LiteLLM_VerificationToken", TIMEOUT_MS, async (sql, columnsOf) => {
    const columns = columnsOf("LiteLLM_VerificationToken");
    const list = [
      ...selectList(KEY_COLUMNS, columns, "owner"),
      ...(columns.has("metadata") ? [`${OWNER_METADATA} AS metadata`] : []),
      `${budgetOf(columns, columnsOf("LiteLLM_BudgetTable"))} AS litellm_budget_table`,
      ...EMPTY_OF_KEYS.map((name) => `NULL AS ${name}`),
    ];
    return texts(
      await rowsOf(
        sql,
        `SELECT row_to_json(answer)::text AS json FROM (SELECT ${list.join(", ")} FROM "LiteLLM_VerificationToken" AS owner
         ORDER BY owner.spend DESC, owner.token LIMIT ${MOST_ROWS + 1}) AS answer`,
      ),
    );
  });
}

/** LiteLLM's users as JSON texts with the aliases of their keys, highest spend first, or one of them. */
export function readUsers(database: LiteLLMDatabase, userId?: string): Promise<LogRows | undefined> {
  return database.read("LiteLLM_UserTable", TIMEOUT_MS, async (sql, columnsOf) => {
    const columns = columnsOf("LiteLLM_UserTable");
    const hasKeys = columnsOf("LiteLLM_VerificationToken").has("key_alias");
    const aliases = `(SELECT coalesce(json_agg(token.key_alias ORDER BY token.key_alias), '[]') FROM "LiteLLM_VerificationToken" AS token
      WHERE token.user_id = owner.user_id) AS key_aliases`;
    const list = [
      ...selectList(USER_COLUMNS, columns, "owner"),
      ...(columns.has("metadata") ? [`${OWNER_METADATA} AS metadata`] : []),
      hasKeys ? aliases : "'[]'::jsonb AS key_aliases",
      `${membershipsOf(columnsOf("LiteLLM_OrganizationMembership"))} AS organization_memberships`,
      ...EMPTY_OF_USERS.map((name) => `NULL AS ${name}`),
    ];
    const conditions = new Conditions();
    if (userId !== undefined) conditions.add("owner.user_id = ?", userId);
    return texts(
      await rowsOf(
        sql,
        `SELECT row_to_json(answer)::text AS json FROM (SELECT ${list.join(", ")} FROM "LiteLLM_UserTable" AS owner
         ${conditions.where} ORDER BY owner.spend DESC, owner.user_id LIMIT ${MOST_ROWS + 1}) AS answer`,
        conditions.parameters,
      ),
    );
  });
}

/** The limits that a key shares with others, as an expression. */
function budgetOf(keys: Columns, budgets: Columns): string {
  if (!keys.has("budget_id") || !budgets.has("budget_id")) return "NULL";
  const list = selectList(BUDGET_COLUMNS, budgets, "budget").join(", ");
  return `(SELECT row_to_json(shared) FROM (SELECT ${list} FROM "LiteLLM_BudgetTable" AS budget
    WHERE budget.budget_id = owner.budget_id) AS shared)`;
}

/** The organizations of a user, as an expression. */
function membershipsOf(columns: Columns): string {
  if (!columns.has("user_id")) return "'[]'::jsonb";
  const list = selectList(MEMBERSHIP_COLUMNS, columns, "membership").join(", ");
  return `(SELECT coalesce(json_agg(member), '[]') FROM (SELECT ${list} FROM "LiteLLM_OrganizationMembership" AS membership
    WHERE membership.user_id = owner.user_id) AS member)`;
}

function texts(rows: readonly Readonly<Record<string, unknown>>[]): LogRows {
  const all = jsonTexts(rows);
  return { rows: all.slice(0, MOST_ROWS), isTruncated: all.length > MOST_ROWS };
}
