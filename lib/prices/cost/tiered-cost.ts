import { ownRate, type PriceEntry, type PriceTier, rate } from "../map/price-entry.ts";
import type { TokenCost } from "./generic-cost.ts";
import type { TokenUsage } from "./token-usage.ts";

/**
 * The cost in USD where each step of tokens has a rate of its own, the last one also for what comes beyond it
 * (Dashscope in LiteLLM 1.82.6). Cached and reasoning tokens without a rate cost as much as any other.
 */
export function tieredCost(entry: PriceEntry, usage: TokenUsage): TokenCost {
  const cached = usage.promptDetails?.cached ?? 0;
  const reasoning = usage.completionDetails?.reasoning ?? 0;
  const cost = (tokens: number, field: string, otherwise: string) =>
    entry.tiers === null
      ? tokens * (ownRate(entry, field) ?? rate(entry, otherwise))
      : stepCost(entry.tiers, tokens, field, otherwise);
  const input = "input_cost_per_token";
  const output = "output_cost_per_token";
  return {
    input: cost(usage.prompt - cached, input, input) + cost(cached, "cache_read_input_token_cost", input),
    output:
      cost(usage.completion - reasoning, output, output) + cost(reasoning, "output_cost_per_reasoning_token", output),
  };
}

function stepCost(tiers: readonly PriceTier[], tokens: number, field: string, otherwise: string): number {
  const usd = ({ rates }: PriceTier) => rates.get(field) || (rates.get(otherwise) ?? 0);
  let cost = 0;
  let done = 0;
  for (const tier of tiers) {
    if (tokens <= tier.from) continue;
    const end = Math.min(tier.to, tokens);
    const begin = Math.max(tier.from, done);
    if (end <= begin) continue;
    cost += (end - begin) * usd(tier);
    done = end;
  }
  const last = tiers.at(-1);
  return tokens > done && last !== undefined ? cost + (tokens - done) * usd(last) : cost;
}
