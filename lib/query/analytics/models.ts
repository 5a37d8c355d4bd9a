import { LogSketch } from "../../aggregator/log-sketch.ts";
import type { ModelUse, RangeUse } from "../../ledger/questions/route-days.ts";
import { percent, rounded } from "./rounding.ts";

const MOST_MODELS = 25;

/** `by_model`: the models with most tokens, those without a name left out. */
export function modelEntries(models: readonly ModelUse[]) {
  return models
    .filter(({ model }) => model !== "")
    .sort((a, b) => b.totalTokens - a.totalTokens || b.requests - a.requests)
    .slice(0, MOST_MODELS)
    .map(modelEntry);
}

function modelEntry(use: ModelUse) {
  const successful = use.requests - use.failures;
  return {
    model: use.model,
    requests: use.requests,
    successful,
    success_rate: percent(successful, use.requests),
    total_tokens: use.totalTokens,
    prompt_tokens: use.promptTokens,
    completion_tokens: use.completionTokens,
    avg_tokens: rounded(use.successTotalTokens / successful),
    avg_latency_ms: rounded(mean(use.latency)),
    p50_latency_ms: rounded(use.latency.quantile(0.5)),
    avg_ttft_ms: rounded(use.firstTokenMs / use.firstTokenCount),
    tokens_per_sec: tokensPerSecond(use.completionTokens, successful, mean(use.latency)),
  };
}

/** `totals`, `latency`, `ttft`, `tokens_per_request` and `cache` of all models together. */
export function overall(
  { models, firstToken, tokens }: RangeUse,
  population: { readonly users: number; readonly sessions: number },
) {
  const sum = (of: (use: ModelUse) => number) => models.reduce((total, use) => total + of(use), 0);
  const latency = merged(models.map((use) => use.latency));
  const requests = sum((use) => use.requests);
  const failed = sum((use) => use.failures);
  const successful = requests - failed;
  const hits = sum((use) => use.hits);
  const misses = sum((use) => use.misses);
  return {
    totals: {
      total_tokens: sum((use) => use.totalTokens),
      prompt_tokens: sum((use) => use.promptTokens),
      completion_tokens: sum((use) => use.completionTokens),
      total_requests: requests,
      successful_requests: successful,
      failed_requests: failed,
      success_rate: percent(successful, requests),
      unique_sessions: population.sessions,
      unique_users: population.users,
    },
    latency: {
      ...quantiles(latency),
      min_ms: rounded(latency.min),
      max_ms: rounded(latency.max),
    },
    ttft: quantiles(firstToken),
    tokens_per_request: {
      avg: rounded(mean(tokens)),
      avg_prompt: rounded(sum((use) => use.successPromptTokens) / successful),
      avg_completion: rounded(sum((use) => use.successCompletionTokens) / successful),
      max: rounded(tokens.max),
      p50: rounded(tokens.quantile(0.5)),
      p95: rounded(tokens.quantile(0.95)),
    },
    cache: {
      hits,
      misses,
      hit_tokens: sum((use) => use.hitTokens),
      miss_tokens: sum((use) => use.missTokens),
      hit_rate: percent(hits, hits + misses, 2),
    },
  };
}

function quantiles(sketch: LogSketch) {
  return {
    avg_ms: rounded(mean(sketch)),
    p50_ms: rounded(sketch.quantile(0.5)),
    p95_ms: rounded(sketch.quantile(0.95)),
    p99_ms: rounded(sketch.quantile(0.99)),
  };
}

function merged(sketches: readonly LogSketch[]): LogSketch {
  const whole = new LogSketch();
  for (const sketch of sketches) whole.merge(sketch);
  return whole;
}

/** NaN where nothing was counted. */
function mean(sketch: LogSketch): number {
  return sketch.sum / sketch.count;
}

/** Completion tokens of a success by its mean latency; null where there are none of either. */
function tokensPerSecond(completionTokens: number, successful: number, latencyMs: number): number | null {
  if (successful === 0 || completionTokens === 0 || !(latencyMs > 0)) return null;
  return rounded(completionTokens / successful / (latencyMs / 1000), 1);
}
