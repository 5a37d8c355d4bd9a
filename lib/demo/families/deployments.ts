import type { RequestEvent } from "../event.ts";
import { apiSeconds, overheadSeconds, queueSeconds } from "../latency.ts";
import {
  CALLER,
  CLIENT,
  counter,
  countIf,
  DEPLOYMENT,
  type Family,
  gauge,
  histogram,
  type Measure,
  ORG,
  type Overrides,
  ofSuccess,
  PERSON,
  succeeded,
} from "./family.ts";

const REMAINING_LABELS = ["model_group", ...DEPLOYMENT, "hashed_api_key", "api_key_alias"] as const;
const ATTEMPT_LABELS = ["requested_model", ...DEPLOYMENT, ...CALLER, ...CLIENT] as const;
const EXCEPTION = ["exception_status", "exception_class"] as const;

/** Where no deployment was found, its id is blank in these families and `None` in those of the client (recorded). */
export const BLANK_MODEL_ID: Overrides = { model_id: (event) => event.modelId ?? "" };

/** Providers that send rate-limit headers with every answer. */
const hasLimits = (event: RequestEvent) => succeeded(event) && event.provider !== "ollama" && event.cacheHit !== true;

/** What is left of the provider's limit in the current minute; made up, as the limit itself. */
function remainingOf(limit: number): Measure {
  return (event) => (hasLimits(event) ? limit - Math.floor((event.at % 60_000) / 60) : undefined);
}

/** What happens between LiteLLM and the providers. */
export const DEPLOYMENT_FAMILIES: readonly Family[] = [
  gauge(
    "litellm_remaining_requests_metric",
    "LLM Deployment Analytics - remaining requests for model, returned from LLM API Provider",
    REMAINING_LABELS,
    { measure: remainingOf(100_000) },
  ),
  gauge(
    "litellm_remaining_tokens_metric",
    "remaining tokens for model, returned from LLM API Provider",
    REMAINING_LABELS,
    { measure: remainingOf(8_000_000) },
  ),
  histogram(
    "litellm_overhead_latency_metric",
    "Latency overhead (milliseconds) added by LiteLLM processing",
    REMAINING_LABELS,
    { measure: (event) => (hasLimits(event) ? overheadSeconds(event) : undefined) },
  ),
  histogram(
    "litellm_request_queue_time_seconds",
    "Time spent in request queue before processing starts (seconds)",
    [...PERSON, "model", "requested_model", "model_id"],
    { newerLabels: ["api_provider", ...ORG], measure: ofSuccess(queueSeconds) },
  ),
  histogram("litellm_guardrail_latency_seconds", "Latency (seconds) for guardrail execution", []),
  counter("litellm_guardrail_errors", "Total number of errors encountered during guardrail execution", []),
  counter("litellm_guardrail_requests", "Total number of guardrail invocations", []),
  gauge(
    "litellm_provider_remaining_budget_metric",
    "Remaining budget for provider - used when you set provider budget limits",
    ["api_provider"],
  ),
  gauge(
    "litellm_deployment_state",
    "LLM Deployment Analytics - The state of the deployment: 0 = healthy, 1 = partial outage, 2 = complete outage",
    DEPLOYMENT,
    {
      overrides: { ...BLANK_MODEL_ID, api_provider: (event) => event.provider },
      measure: (event) => (succeeded(event) ? 0 : 1),
    },
  ),
  gauge("litellm_deployment_tpm_limit", "Deployment TPM limit found in config", DEPLOYMENT),
  gauge("litellm_deployment_rpm_limit", "Deployment RPM limit found in config", DEPLOYMENT),
  counter(
    "litellm_deployment_cooled_down",
    "LLM Deployment Analytics - Number of times a deployment has been cooled down by LiteLLM load balancing logic. exception_status is the status of the exception that caused the deployment to be cooled down",
    [...DEPLOYMENT, "exception_status"],
  ),
  counter(
    "litellm_deployment_success_responses",
    "LLM Deployment Analytics - Total number of successful LLM API calls via litellm",
    ATTEMPT_LABELS,
    { measure: countIf(succeeded) },
  ),
  counter(
    "litellm_deployment_failure_responses",
    "LLM Deployment Analytics - Total number of failed LLM API calls for a specific LLM deploymeny. exception_status is the status of the exception from the llm api",
    [...ATTEMPT_LABELS, ...EXCEPTION],
    { overrides: BLANK_MODEL_ID, measure: countIf((event) => !succeeded(event)) },
  ),
  counter(
    "litellm_deployment_total_requests",
    "LLM Deployment Analytics - Total number of LLM API calls via litellm - success + failure",
    ATTEMPT_LABELS,
    { overrides: BLANK_MODEL_ID, measure: countIf(() => true) },
  ),
  histogram(
    "litellm_deployment_latency_per_output_token",
    "LLM Deployment Analytics - Latency per output token",
    [...DEPLOYMENT, ...CALLER],
    {
      newerLabels: ORG,
      bounds: "default",
      measure: (event) => (event.completionTokens > 0 ? apiSeconds(event) / event.completionTokens : undefined),
    },
  ),
  counter(
    "litellm_deployment_successful_fallbacks",
    "LLM Deployment Analytics - Number of successful fallback requests from primary model -> fallback model",
    ["requested_model", ...CALLER, ...EXCEPTION, "model_id"],
  ),
  counter(
    "litellm_deployment_failed_fallbacks",
    "LLM Deployment Analytics - Number of failed fallback requests from primary model -> fallback model",
    ["requested_model", ...CALLER, ...EXCEPTION, "model_id"],
  ),
];
