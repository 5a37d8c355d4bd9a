import type { UsageAnswer } from "../../lib/query/usage/answer.ts";
import type { UsageGroup } from "../../lib/query/usage/groups.ts";
import type { Measures } from "../../lib/query/usage/measures.ts";
import type { TableOptions } from "../../lib/report/usage-table.ts";

/** 14:05 in New York on the day of the answer. */
export const NOW = Date.parse("2026-11-21T14:05:12-05:00");

const NOTHING_KNOWN: Measures = {
  requests: null,
  failed_requests: null,
  tokens: null,
  input_tokens: null,
  output_tokens: null,
  reasoning_tokens: null,
  cost: null,
  cache_hits: null,
  cache_misses: null,
  cached_tokens: null,
  input_cached_tokens: null,
  input_cached_pct: null,
};

/** Measures of which these are known. */
export function measures(known: Partial<Measures> = {}): Measures {
  return { ...NOTHING_KNOWN, ...known };
}

/** Measures as LiteLLM shows them when all its metrics are on. */
export function usage(
  requests: number,
  failed: number,
  input: number,
  output: number,
  cachedPct: number,
  cost: number,
): Measures {
  return measures({
    requests,
    failed_requests: failed,
    tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    reasoning_tokens: 0,
    cost,
    cache_hits: 0,
    cache_misses: requests,
    cached_tokens: 0,
    input_cached_tokens: Math.round((input * cachedPct) / 100),
    input_cached_pct: cachedPct,
  });
}

/** A day of a homelab: eight models, of which some have names that terminals stumble over. */
export function homelabAnswer(change: Partial<UsageAnswer> = {}): UsageAnswer {
  const groups: UsageGroup[] = [
    { model: "claude-sonnet-4-5-20250929", ...usage(61, 1, 912_004, 148_220, 41.36, 0.0187) },
    { model: "gpt-4.1", ...usage(23, 0, 121_807, 22_300, 8.02, 0.0044) },
    { model: "通义千问-max", ...usage(1_204, 3, 48_115, 9_020, 0, 0.00231) },
    { model: "llama-🦙-3.3-70b", ...usage(40, 0, 30_100, 4_400, 0, 0.0011) },
    { model: "cafe\u0301-mistral", ...usage(9, 0, 8_000, 1_200, 99.8, 0.00042) },
    { model: "\u001b[31mevil\u001b[0m\nmodel\u202e", ...usage(2, 2, 512, 0, 0, 0) },
    { model: null, ...usage(5, 5, 0, 0, 0, 0) },
    { model: "other", folded: 12, ...usage(17, 0, 2_000, 310, 0.2, 0.00009) },
  ];
  const hours = [0, 0, 0, 0, 0, 0, 0.0001, 0.0009, 0.0041, 0.0062, 0.0038, 0.0049, 0.0011, 0.0059, 0.00032];
  return {
    schema_version: 1,
    period: {
      name: "today",
      from: "2026-11-21T00:00:00-05:00",
      to: "2026-11-21T14:05:00-05:00",
      timezone: "America/New_York",
    },
    coverage: {
      from: "2026-11-21T00:00:00-05:00",
      to: "2026-11-21T14:05:00-05:00",
      observed_ratio: 0.9731,
      estimated_ratio: 0.12,
    },
    total: usage(1_361, 11, 1_122_538, 185_450, 35.12, 0.02702),
    groups,
    steps: hours.map((cost, hour) => ({
      at: `2026-11-21T${String(hour).padStart(2, "0")}:00:00-05:00`,
      estimated: false,
      ...measures({ cost }),
    })),
    previous: {
      from: "2026-11-20T00:00:00-05:00",
      to: "2026-11-20T14:05:00-05:00",
      ...usage(1_020, 0, 901_233, 140_022, 30.1, 0.0231),
    },
    forecast: { cost: 0.0413, low: 0.0305, high: 0.06124 },
    ...change,
  };
}

/** A day on which nothing was used, on a LiteLLM that shows all metrics. */
export function quietAnswer(): UsageAnswer {
  const nothing = usage(0, 0, 0, 0, 0, 0);
  const { period, previous } = homelabAnswer();
  return homelabAnswer({
    coverage: { from: period.from, to: period.to, observed_ratio: 1, estimated_ratio: 0 },
    total: nothing,
    groups: [],
    steps: [],
    previous: { from: previous.from, to: previous.to, ...nothing },
    forecast: { cost: 0, low: 0, high: 0 },
  });
}

/** How a table is asked for where a test does not care. */
export function tableOptions(change: Partial<TableOptions> = {}): TableOptions {
  return {
    width: 120,
    colour: false,
    unicode: true,
    by: ["model"],
    now: NOW,
    newestAt: NOW - 12_000,
    ...change,
  };
}
