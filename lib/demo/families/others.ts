import { BLANK_MODEL_ID } from "./deployments.ts";
import { CLIENT, counter, countIf, type Family, gauge, ORG, PERSON, succeeded } from "./family.ts";

const CACHE_LABELS = [...PERSON, "model", "model_id"] as const;

/** The last families of a page: deprecated counters, LiteLLM's own cache, and the gauges without labels. */
export const OTHER_FAMILIES: readonly Family[] = [
  counter(
    "litellm_callback_logging_failures_metric",
    "Total number of failures when emitting logs to callbacks (e.g. s3_v2, langfuse, etc)",
    [],
  ),
  counter(
    "litellm_llm_api_failed_requests_metric",
    "deprecated - use litellm_proxy_failed_requests_metric",
    [...PERSON, "model", "model_id"],
    { overrides: BLANK_MODEL_ID, measure: countIf((event) => !succeeded(event)) },
  ),
  counter(
    "litellm_requests_metric",
    "deprecated - use litellm_proxy_total_requests_metric. Total number of LLM calls to litellm - track total per API Key, team, user",
    [...PERSON, ...CLIENT, "user_email", "model", "model_id"],
    { newerLabels: ["requested_model", "api_provider", ...ORG], measure: countIf(succeeded) },
  ),
  counter("litellm_cache_hits_metric", "Total number of LiteLLM cache hits", CACHE_LABELS, {
    newerLabels: ["api_provider"],
    measure: countIf((event) => event.cacheHit === true),
  }),
  counter("litellm_cache_misses_metric", "Total number of LiteLLM cache misses", CACHE_LABELS, {
    newerLabels: ["api_provider"],
    measure: countIf((event) => event.cacheHit === false),
  }),
  counter("litellm_cached_tokens_metric", "Total tokens served from LiteLLM cache", CACHE_LABELS, {
    newerLabels: ["api_provider"],
    measure: (event) => (event.cacheHit === true ? event.promptTokens + event.completionTokens : undefined),
  }),
  gauge("litellm_total_users", "Total number of users in LiteLLM", [], { initial: 0 }),
  gauge("litellm_teams_count", "Total number of teams in LiteLLM", [], { initial: 0 }),
  gauge("litellm_in_flight_requests", "Number of HTTP requests currently in-flight on this uvicorn worker", [], {
    initial: 1,
  }),
];
