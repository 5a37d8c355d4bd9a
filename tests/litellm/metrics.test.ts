import { describe, expect, test } from "bun:test";
import { COMPUTED, COUNTERS, isMetricName, METRICS } from "../../lib/litellm/metrics.ts";

describe("METRICS", () => {
  test.each([
    ["requests", "litellm_proxy_total_requests_metric_total"],
    ["failed_requests", "litellm_proxy_failed_requests_metric_total"],
    ["tokens", "litellm_total_tokens_metric_total"],
    ["input_tokens", "litellm_input_tokens_metric_total"],
    ["output_tokens", "litellm_output_tokens_metric_total"],
    ["reasoning_tokens", "litellm_output_reasoning_tokens_metric_total"],
    ["cost", "litellm_spend_metric_total"],
    ["in_flight_requests", "litellm_in_flight_requests"],
    ["cache_hits", "litellm_cache_hits_metric_total"],
    ["cache_misses", "litellm_cache_misses_metric_total"],
    ["cached_tokens", "litellm_cached_tokens_metric_total"],
    ["input_cached_tokens", "litellm_input_cached_tokens_metric_total"],
  ])("%s is read from %s unless it is mapped otherwise", (name, prometheusName) => {
    const names = new Map<string, string>(METRICS.map((metric) => [metric.name, metric.prometheusName]));
    expect(names.get(name)).toBe(prometheusName);
  });

  test("the eight names of the first release come first and in its order", () => {
    expect(METRICS.map((metric) => metric.name)).toEqual([
      "requests",
      "failed_requests",
      "tokens",
      "input_tokens",
      "output_tokens",
      "reasoning_tokens",
      "cost",
      "in_flight_requests",
      "cache_hits",
      "cache_misses",
      "cached_tokens",
      "input_cached_tokens",
    ]);
  });

  test("names of older LiteLLM releases are those before the renames", () => {
    const older = METRICS.filter((metric) => metric.olderNames.length > 0);
    expect(older.map((metric) => [metric.name, ...metric.olderNames])).toEqual([
      ["requests", "litellm_requests_metric_total"],
      ["failed_requests", "litellm_llm_api_failed_requests_metric_total"],
      ["tokens", "litellm_total_tokens_total"],
      ["input_tokens", "litellm_input_tokens_total"],
      ["output_tokens", "litellm_output_tokens_total"],
    ]);
  });

  test("one Prometheus name feeds one metric only", () => {
    const names: string[] = METRICS.flatMap((metric) => [metric.prometheusName, ...metric.olderNames]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("everything but money is counted in whole numbers", () => {
    expect(METRICS.filter((metric) => !metric.whole).map((metric) => metric.name)).toEqual(["cost"]);
  });

  test.each(METRICS.map((metric) => [metric.name, metric] as const))(
    "the help of %s is one sentence in sentence case without a final period",
    (_, metric) => expect(metric.help).toMatch(/^[A-Z][^\n]*[^.\n]$/),
  );

  test.each(METRICS.map((metric) => [metric.name, metric] as const))(
    "%s can be told from any window of another",
    (_, metric) => expect(metric.name).not.toMatch(/_(daily|weekly|monthly)$/),
  );
});

describe("COUNTERS", () => {
  test("are the eleven metrics that grow, without the gauge", () => {
    expect(COUNTERS).toHaveLength(11);
    expect<readonly string[]>(COUNTERS).not.toContain("in_flight_requests");
  });
});

describe("COMPUTED", () => {
  test("has the share of cached input, in percent", () => {
    expect(
      COMPUTED.map(({ name, numerator, denominator, factor }) => ({ name, numerator, denominator, factor })),
    ).toEqual([
      { name: "input_cached_pct", numerator: "input_cached_tokens", denominator: "input_tokens", factor: 100 },
    ]);
  });
});

describe("isMetricName()", () => {
  test.each(METRICS.map((metric) => metric.name))("takes %s", (name) => expect(isMetricName(name)).toBe(true));

  test.each(["cost_daily", "Cost", "", "input_cached_pct", "constructor", "__proto__"])("refuses %p", (text) =>
    expect(isMetricName(text)).toBe(false),
  );
});
