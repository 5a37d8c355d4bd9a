import { BUDGET_FAMILIES } from "./budgets.ts";
import { CLIENT_FAMILIES } from "./client.ts";
import { DEPLOYMENT_FAMILIES } from "./deployments.ts";
import type { Family } from "./family.ts";
import { OTHER_FAMILIES } from "./others.ts";

/** The gauge that the multiprocess mode sums instead of showing it once per worker. */
export const IN_FLIGHT = "litellm_in_flight_requests";

/** The order in which the recorded pages of the multiprocess mode have their families; the rest follows as usual. */
const MULTIPROCESS_ORDER: readonly string[] = [
  IN_FLIGHT,
  "litellm_total_users",
  "litellm_teams_count",
  "litellm_deployment_state",
  "litellm_remaining_api_key_budget_metric",
  "litellm_remaining_team_budget_metric",
  "litellm_remaining_user_budget_metric",
  "litellm_remaining_api_key_requests_for_model",
  "litellm_remaining_api_key_tokens_for_model",
  "litellm_remaining_requests_metric",
  "litellm_remaining_tokens_metric",
  "litellm_llm_api_latency_metric",
  "litellm_request_total_latency_metric",
  "litellm_request_queue_time_seconds",
  "litellm_deployment_latency_per_output_token",
  "litellm_llm_api_time_to_first_token_metric",
  "litellm_overhead_latency_metric",
  "litellm_requests_metric",
  "litellm_spend_metric",
  "litellm_total_tokens_metric",
  "litellm_input_tokens_metric",
  "litellm_output_tokens_metric",
  "litellm_deployment_success_responses",
  "litellm_deployment_total_requests",
  "litellm_proxy_total_requests_metric",
  "litellm_llm_api_failed_requests_metric",
  "litellm_deployment_failure_responses",
  "litellm_proxy_failed_requests_metric",
];

/** LiteLLM's families in the order of its page; the newer ones only if `newer`. */
export function allFamilies(options: { newer: boolean; multiprocess: boolean }): Family[] {
  const all = [...CLIENT_FAMILIES, ...BUDGET_FAMILIES, ...DEPLOYMENT_FAMILIES, ...OTHER_FAMILIES];
  const families = all.filter((family) => options.newer || !family.newer);
  if (!options.multiprocess) return families;
  const rank = (family: Family) => {
    const index = MULTIPROCESS_ORDER.indexOf(family.name);
    return index === -1 ? MULTIPROCESS_ORDER.length : index;
  };
  return families.sort((a, b) => rank(a) - rank(b));
}
