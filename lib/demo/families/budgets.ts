import type { RequestEvent } from "../event.ts";
import { type Family, gauge, type Overrides } from "./family.ts";

const TEAM = ["team", "team_alias"] as const;
const KEY = ["hashed_api_key", "api_key_alias"] as const;

/** Python's `sys.maxsize`: "no limit". */
const NO_LIMIT = 2 ** 63;

/** Budget gauges write nothing for an unset alias, where counters write `None` (recorded). */
const BLANK_ALIAS: Overrides = {
  api_key_alias: (event) => event.key.alias ?? "",
  team_alias: (event) => event.team.alias ?? "",
};

/** The limits per key and model name the model by its group (recorded). */
const GROUP_AS_MODEL: Overrides = { model: (event) => event.modelGroup };

/** Nobody here has a budget, so what remains is unlimited. */
const UNLIMITED = (event: RequestEvent) => (event.modelId === undefined ? undefined : Number.POSITIVE_INFINITY);

const UNLIMITED_IF_SERVED = (event: RequestEvent) => (event.status === 200 ? NO_LIMIT : undefined);

/** Budgets and limits of teams, keys and users. */
export const BUDGET_FAMILIES: readonly Family[] = [
  gauge("litellm_remaining_team_budget_metric", "Remaining budget for team", TEAM, {
    overrides: BLANK_ALIAS,
    measure: (event) => (event.team.id === undefined ? undefined : UNLIMITED(event)),
  }),
  gauge("litellm_team_max_budget_metric", "Maximum budget set for team", TEAM),
  gauge("litellm_team_budget_remaining_hours_metric", "Remaining days for team budget to be reset", TEAM),
  gauge("litellm_remaining_api_key_budget_metric", "Remaining budget for api key", KEY, {
    overrides: BLANK_ALIAS,
    measure: UNLIMITED,
  }),
  gauge("litellm_api_key_max_budget_metric", "Maximum budget set for api key", KEY),
  gauge("litellm_api_key_budget_remaining_hours_metric", "Remaining hours for api key budget to be reset", KEY),
  gauge("litellm_remaining_user_budget_metric", "Remaining budget for user", ["user"], {
    measure: (event) => (event.user === undefined ? undefined : UNLIMITED(event)),
  }),
  gauge("litellm_user_max_budget_metric", "Maximum budget set for user", ["user"]),
  gauge("litellm_user_budget_remaining_hours_metric", "Remaining hours for user budget to be reset", ["user"]),
  gauge(
    "litellm_remaining_api_key_requests_for_model",
    "Remaining Requests API Key can make for model (model based rpm limit on key)",
    [...KEY, "model", "model_id"],
    { overrides: GROUP_AS_MODEL, measure: UNLIMITED_IF_SERVED },
  ),
  gauge(
    "litellm_remaining_api_key_tokens_for_model",
    "Remaining Tokens API Key can make for model (model based tpm limit on key)",
    [...KEY, "model", "model_id"],
    { overrides: GROUP_AS_MODEL, measure: UNLIMITED_IF_SERVED },
  ),
];
