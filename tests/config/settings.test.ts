import { describe, expect, expectTypeOf, test } from "bun:test";
import { expectedOf } from "../../lib/config/schemas.ts";
import { METRIC_SETTINGS, SETTINGS } from "../../lib/config/settings.ts";
import { METRICS } from "../../lib/litellm/metrics.ts";
import { configOf } from "./support.ts";

describe("SETTINGS", () => {
  test.each([
    ["LITELLM_PULSE_METRICS_URL", "--metrics-url", "http://litellm:4000/metrics/"],
    ["LITELLM_PULSE_SCRAPE_INTERVAL", "--scrape-interval", "60"],
    ["LITELLM_PULSE_SCRAPE_TIMEOUT", "--scrape-timeout", "30"],
    ["LITELLM_PULSE_METRICS_API_KEY", "--metrics-api-key", undefined],
    ["LITELLM_PULSE_VERIFY_SSL", "--verify-ssl", "false"],
    ["LITELLM_PULSE_CA_FILE", "--ca-file", undefined],
    ["LITELLM_PULSE_MAX_LABEL_VALUES", "--max-label-values", "1000"],
    ["LITELLM_PULSE_HOST", "--host", "0.0.0.0"],
    ["LITELLM_PULSE_PORT", "--port", "8000"],
    ["LITELLM_PULSE_BASE_PATH", "--base-path", "/"],
    ["LITELLM_PULSE_API_KEY", "--api-key", undefined],
    ["LITELLM_PULSE_DB_PATH", "--db-path", "./data/litellm_pulse.db"],
    ["LITELLM_PULSE_DB_RETENTION_DAYS", "--db-retention-days", "90"],
    ["LITELLM_PULSE_HISTORY_SIZE", "--history-size", "168"],
    ["LITELLM_PULSE_DATABASE_URL", "--database-url", undefined],
    ["LITELLM_PULSE_LEDGER_TABLE", "--ledger-table", undefined],
    ["LITELLM_PULSE_LEDGER_COLUMNS", "--ledger-columns", undefined],
    ["LITELLM_PULSE_LEDGER_INTERVAL", "--ledger-interval", "30"],
    ["LITELLM_PULSE_LOG_LEVEL", "--log-level", "info"],
    ["LITELLM_PULSE_LOG_FORMAT", "--log-format", "text"],
    ["LITELLM_PULSE_TIMEZONE", "--timezone", "UTC"],
    ["LITELLM_PULSE_METRIC_REQUESTS", "--metric-requests", "litellm_proxy_total_requests_metric_total"],
    ["LITELLM_PULSE_METRIC_FAILED_REQUESTS", "--metric-failed-requests", "litellm_proxy_failed_requests_metric_total"],
    ["LITELLM_PULSE_METRIC_TOKENS", "--metric-tokens", "litellm_total_tokens_metric_total"],
    ["LITELLM_PULSE_METRIC_INPUT_TOKENS", "--metric-input-tokens", "litellm_input_tokens_metric_total"],
    ["LITELLM_PULSE_METRIC_OUTPUT_TOKENS", "--metric-output-tokens", "litellm_output_tokens_metric_total"],
    [
      "LITELLM_PULSE_METRIC_REASONING_TOKENS",
      "--metric-reasoning-tokens",
      "litellm_output_reasoning_tokens_metric_total",
    ],
    ["LITELLM_PULSE_METRIC_COST", "--metric-cost", "litellm_spend_metric_total"],
    ["LITELLM_PULSE_METRIC_IN_FLIGHT_REQUESTS", "--metric-in-flight-requests", "litellm_in_flight_requests"],
    ["LITELLM_PULSE_METRIC_CACHE_HITS", "--metric-cache-hits", "litellm_cache_hits_metric_total"],
    ["LITELLM_PULSE_METRIC_CACHE_MISSES", "--metric-cache-misses", "litellm_cache_misses_metric_total"],
    ["LITELLM_PULSE_METRIC_CACHED_TOKENS", "--metric-cached-tokens", "litellm_cached_tokens_metric_total"],
    [
      "LITELLM_PULSE_METRIC_INPUT_CACHED_TOKENS",
      "--metric-input-cached-tokens",
      "litellm_input_cached_tokens_metric_total",
    ],
  ])("%s is also %s and is %p when nothing is given", (env, flag, byDefault) => {
    const setting = SETTINGS.find((candidate) => candidate.env === env);
    expect({ flag: setting?.flag, default: setting?.default }).toEqual({ flag, default: byDefault });
  });

  test("no two settings share a key, a variable or a flag, with the twins of switches and secrets", () => {
    const names = SETTINGS.flatMap((setting) => [
      setting.key,
      setting.env,
      setting.flag,
      ...(setting.secret ? [`${setting.env}_FILE`] : []),
      ...(setting.argument === undefined ? [`--no-${setting.flag.slice(2)}`] : []),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(SETTINGS.map((setting) => [setting.env, setting] as const))(
    "%s says what it is and what it expects, each in one sentence without a final period",
    (_, { help, schema }) => {
      expect(help).toMatch(/^[A-Z][^\n]*[^.\n]$/);
      expect(expectedOf(schema)).toMatch(/^[a-z][^\n]*[^.\n]$/);
    },
  );

  test("each metric of the catalogue has its setting, and no list of them is kept elsewhere (predecessor bug 31)", () => {
    expect(METRIC_SETTINGS.map((setting) => setting.metric)).toEqual(METRICS.map((metric) => metric.name));
  });
});

describe("the defaults", () => {
  test("are these values", () => {
    const { metricNames, overriddenMetrics, ...values } = configOf({});
    expect(values).toEqual({
      metricsUrl: "http://litellm:4000/metrics/",
      scrapeInterval: 60,
      scrapeTimeout: 30,
      metricsApiKey: undefined,
      verifySsl: false,
      caFile: undefined,
      maxLabelValues: 1000,
      host: "0.0.0.0",
      port: 8000,
      basePath: "",
      apiKey: undefined,
      budgetDaily: undefined,
      budgetWeekly: undefined,
      budgetMonthly: undefined,
      dbPath: "./data/litellm_pulse.db",
      dbRetentionDays: 90,
      historySize: 168,
      ledgerPath: undefined,
      ledgerUrl: undefined,
      databaseUrl: undefined,
      ledgerTable: undefined,
      ledgerColumns: undefined,
      ledgerInterval: 30,
      ingestKey: undefined,
      auth: "key",
      maxBudget: 0,
      providerBudgets: undefined,
      pricesFile: undefined,
      logLevel: "info",
      logFormat: "text",
      timezone: "UTC",
    });
    expect([...metricNames.values()]).toEqual(METRICS.map((metric) => metric.prometheusName));
    expect(overriddenMetrics.size).toBe(0);
  });

  test("come frozen", () => expect(Object.isFrozen(configOf({}))).toBe(true));

  test("have the types that their schemas give, and undefined only where there is no default", () => {
    const config = configOf({});
    expectTypeOf(config.logLevel).toEqualTypeOf<"debug" | "info" | "warning" | "error">();
    expectTypeOf(config.scrapeInterval).toEqualTypeOf<number>();
    expectTypeOf(config.verifySsl).toEqualTypeOf<boolean>();
    expectTypeOf(config.metricsUrl).toEqualTypeOf<string>();
    expectTypeOf(config.apiKey).toEqualTypeOf<string | undefined>();
  });
});
