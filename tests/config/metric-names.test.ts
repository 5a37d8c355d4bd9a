import { describe, expect, test } from "bun:test";
import { candidateNames } from "../../lib/config/metric-names.ts";
import { configOf, messageOf } from "./support.ts";

describe("metric names", () => {
  test("an override is marked as one, by variable and by flag", () => {
    const config = configOf({
      env: { LITELLM_PULSE_METRIC_COST: "my_spend_total" },
      flags: { metricFailedRequests: "my:failures_total" },
    });
    expect(config.metricNames.get("cost")).toBe("my_spend_total");
    expect(config.metricNames.get("failed_requests")).toBe("my:failures_total");
    expect([...config.overriddenMetrics]).toEqual(["failed_requests", "cost"]);
  });

  test("the default written out is no override, so that older names are still tried", () => {
    const config = configOf({ env: { LITELLM_PULSE_METRIC_TOKENS: "litellm_total_tokens_metric_total" } });
    expect(config.overriddenMetrics.size).toBe(0);
    expect(candidateNames(config).get("tokens")).toEqual([
      "litellm_total_tokens_metric_total",
      "litellm_total_tokens_total",
    ]);
  });

  test("older names are candidates of a default only", () => {
    const config = configOf({ env: { LITELLM_PULSE_METRIC_REQUESTS: "litellm_requests_metric_total" } });
    expect(candidateNames(config).get("requests")).toEqual(["litellm_requests_metric_total"]);
    expect(candidateNames(config).get("input_tokens")).toEqual([
      "litellm_input_tokens_metric_total",
      "litellm_input_tokens_total",
    ]);
  });

  test("two metrics may swap their names", () => {
    const { metricNames } = configOf({
      env: {
        LITELLM_PULSE_METRIC_INPUT_TOKENS: "litellm_output_tokens_metric_total",
        LITELLM_PULSE_METRIC_OUTPUT_TOKENS: "litellm_input_tokens_metric_total",
      },
    });
    expect(metricNames.get("input_tokens")).toBe("litellm_output_tokens_metric_total");
  });

  test.each([
    [
      "another's default",
      { LITELLM_PULSE_METRIC_COST: "litellm_total_tokens_metric_total" },
      "LITELLM_PULSE_METRIC_COST",
      "tokens",
    ],
    [
      "another's older name",
      { LITELLM_PULSE_METRIC_COST: "litellm_total_tokens_total" },
      "LITELLM_PULSE_METRIC_COST",
      "tokens",
    ],
    [
      "the same twice",
      { LITELLM_PULSE_METRIC_TOKENS: "x", LITELLM_PULSE_METRIC_COST: "x" },
      "LITELLM_PULSE_METRIC_TOKENS",
      "cost",
    ],
  ])("%s is refused: a counter's increase can be booked under one metric only", (_, env, setting, other) =>
    expect(messageOf({ env })).toMatch(
      new RegExp(`^${setting} is "\\w+", which feeds ${other}, expected a name that no other metric reads$`),
    ),
  );

  test("a clash by flag names the flag", () =>
    expect(messageOf({ flags: { metricCost: "litellm_in_flight_requests" } })).toStartWith("--metric-cost is"));
});
