type MetricShape = {
  /** Friendly name: the key in every answer. */
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly unit: "requests" | "tokens" | "usd";
  /** Whether its values are whole numbers. */
  readonly whole: boolean;
  /** Sample name on a page of current LiteLLM releases. */
  readonly prometheusName: string;
  /**
   * Names of older LiteLLM releases, tried in this order where no family of `prometheusName` is on the page.
   * A family that is declared by TYPE but has no samples yet counts as on the page, since LiteLLM goes on emitting some
   * of these beside it.
   */
  readonly olderNames: readonly string[];
  readonly help: string;
};

/** Every metric we follow, in the order in which answers show them (names: LiteLLM v1.80.15 to v1.104). */
export const METRICS = [
  {
    name: "requests",
    kind: "counter",
    unit: "requests",
    whole: true,
    prometheusName: "litellm_proxy_total_requests_metric_total",
    olderNames: ["litellm_requests_metric_total"],
    help: "Requests that clients made to LiteLLM",
  },
  {
    name: "failed_requests",
    kind: "counter",
    unit: "requests",
    whole: true,
    prometheusName: "litellm_proxy_failed_requests_metric_total",
    olderNames: ["litellm_llm_api_failed_requests_metric_total"],
    help: "Requests that LiteLLM answered with an error",
  },
  {
    name: "tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_total_tokens_metric_total",
    olderNames: ["litellm_total_tokens_total"],
    help: "Input and output tokens together",
  },
  {
    name: "input_tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_input_tokens_metric_total",
    olderNames: ["litellm_input_tokens_total"],
    help: "Tokens of the prompts, cached ones included",
  },
  {
    name: "output_tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_output_tokens_metric_total",
    olderNames: ["litellm_output_tokens_total"],
    help: "Tokens of the answers, reasoning included",
  },
  {
    name: "reasoning_tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_output_reasoning_tokens_metric_total",
    olderNames: [],
    help: "Output tokens that models spent on reasoning",
  },
  {
    name: "cost",
    kind: "counter",
    unit: "usd",
    whole: false,
    prometheusName: "litellm_spend_metric_total",
    olderNames: [],
    help: "Spend in US dollars, by LiteLLM's own prices",
  },
  {
    name: "in_flight_requests",
    kind: "gauge",
    unit: "requests",
    whole: true,
    prometheusName: "litellm_in_flight_requests",
    olderNames: [],
    help: "Requests that LiteLLM is working on at this moment",
  },
  {
    name: "cache_hits",
    kind: "counter",
    unit: "requests",
    whole: true,
    prometheusName: "litellm_cache_hits_metric_total",
    olderNames: [],
    help: "Requests answered from LiteLLM's own cache",
  },
  {
    name: "cache_misses",
    kind: "counter",
    unit: "requests",
    whole: true,
    prometheusName: "litellm_cache_misses_metric_total",
    olderNames: [],
    help: "Requests that LiteLLM's own cache could not answer",
  },
  {
    name: "cached_tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_cached_tokens_metric_total",
    olderNames: [],
    help: "Tokens of the answers that came from LiteLLM's own cache",
  },
  {
    name: "input_cached_tokens",
    kind: "counter",
    unit: "tokens",
    whole: true,
    prometheusName: "litellm_input_cached_tokens_metric_total",
    olderNames: [],
    help: "Input tokens that providers read from their prompt caches",
  },
] as const satisfies readonly MetricShape[];

type Metric = (typeof METRICS)[number];

/** Friendly name of a metric. */
export type MetricName = Metric["name"];

/** Friendly name of a counter: every metric but the gauges. */
export type CounterName = Extract<Metric, { kind: "counter" }>["name"];

/** The counters' names, in the catalogue's order. */
export const COUNTERS: readonly CounterName[] = METRICS.filter((metric) => metric.kind === "counter").map(
  (metric) => metric.name,
);

/** Whether a counter only takes whole numbers, in the order of `COUNTERS`. */
export const IS_WHOLE: readonly boolean[] = METRICS.filter((metric) => metric.kind === "counter").map(
  (metric) => metric.whole,
);

/** Values that answers show beside the metrics, computed as `numerator / denominator * factor`. */
export const COMPUTED = [
  {
    name: "input_cached_pct",
    unit: "percent",
    numerator: "input_cached_tokens",
    denominator: "input_tokens",
    factor: 100,
    help: "Share of the input tokens that providers read from their prompt caches, in percent",
  },
] as const satisfies readonly {
  readonly name: string;
  readonly unit: "percent";
  readonly numerator: CounterName;
  readonly denominator: CounterName;
  readonly factor: number;
  readonly help: string;
}[];

/** Whether a text is the friendly name of a metric (`cost`, not `cost_daily`). */
export function isMetricName(text: string): text is MetricName {
  return METRICS.some((metric) => metric.name === text);
}
