import { apiSeconds, firstTokenSeconds, totalSeconds } from "../latency.ts";
import {
  CLIENT,
  counter,
  countIf,
  type Family,
  histogram,
  ifAny,
  ORG,
  ofSuccess,
  PERSON,
  succeeded,
} from "./family.ts";

const TOKEN_LABELS = [...PERSON, "user_email", "model", "requested_model", "model_id"] as const;
const LATENCY_LABELS = [...PERSON, "model", "requested_model", "model_id"] as const;

/** Requests, latency, spend and tokens as the client sees them: the first families of a page, in its order. */
export const CLIENT_FAMILIES: readonly Family[] = [
  counter(
    "litellm_proxy_failed_requests_metric",
    "Total number of failed responses from proxy - the client did not get a success response from litellm proxy",
    [...PERSON, ...CLIENT, "user_email", "requested_model", "exception_status", "exception_class", "route", "model_id"],
    { newerLabels: ["api_provider", ...ORG], measure: countIf((event) => !succeeded(event)) },
  ),
  counter(
    "litellm_proxy_total_requests_metric",
    "Total number of requests made to the proxy server - track number of client side requests",
    [...PERSON, ...CLIENT, "user_email", "requested_model", "status_code", "route", "model_id"],
    { newerLabels: ["api_provider", ...ORG], measure: countIf(() => true) },
  ),
  histogram(
    "litellm_request_total_latency_metric",
    "Total latency (seconds) for a request to LiteLLM",
    LATENCY_LABELS,
    { newerLabels: ["api_provider", "service_tier", ...ORG], measure: ofSuccess(totalSeconds) },
  ),
  histogram("litellm_llm_api_latency_metric", "Total latency (seconds) for a models LLM API call", LATENCY_LABELS, {
    newerLabels: ["api_provider", "service_tier", ...ORG],
    measure: ofSuccess(apiSeconds),
  }),
  histogram(
    "litellm_llm_api_time_to_first_token_metric",
    "Time to first token for a models LLM API call",
    LATENCY_LABELS,
    {
      newerLabels: ["api_provider", "service_tier", ...ORG],
      measure: (event) =>
        event.completionTokens > 0 && event.cacheHit !== true ? firstTokenSeconds(event) : undefined,
    },
  ),
  counter(
    "litellm_spend_metric",
    "Total spend on LLM requests",
    [...PERSON, ...CLIENT, "user_email", "model", "model_id"],
    {
      newerLabels: ["requested_model", "api_provider", "service_tier", ...ORG],
      measure: ofSuccess((event) => event.spend),
    },
  ),
  counter("litellm_total_tokens_metric", "Total number of input + output tokens from LLM requests", TOKEN_LABELS, {
    newerLabels: ["api_provider", ...ORG],
    measure: ofSuccess((event) => event.promptTokens + event.completionTokens),
  }),
  counter("litellm_input_tokens_metric", "Total number of input tokens from LLM requests", TOKEN_LABELS, {
    newerLabels: ["api_provider", ...ORG],
    measure: ofSuccess((event) => event.promptTokens),
  }),
  counter("litellm_output_tokens_metric", "Total number of output tokens from LLM requests", TOKEN_LABELS, {
    newerLabels: ["api_provider", ...ORG],
    measure: ofSuccess((event) => event.completionTokens),
  }),
  counter(
    "litellm_input_cached_tokens_metric",
    "Number of input tokens that the provider read from its prompt cache",
    TOKEN_LABELS,
    { newerLabels: ["api_provider"], newer: true, measure: ifAny((event) => event.cachedTokens) },
  ),
  counter("litellm_output_reasoning_tokens_metric", "Number of output tokens that were reasoning", TOKEN_LABELS, {
    newerLabels: ["api_provider"],
    newer: true,
    measure: ifAny((event) => event.reasoningTokens),
  }),
];
