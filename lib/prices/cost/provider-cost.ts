import { findEntry } from "../map/find-entry.ts";
import { freeEntry, ownRate, type PriceEntry, rate } from "../map/price-entry.ts";
import type { PriceMap } from "../map/price-map.ts";
import { databricksName, fireworksCategory } from "../names/model-parts.ts";
import type { Characters } from "../tokens/characters.ts";
import { cacheCost, genericCost, type TokenCost } from "./generic-cost.ts";
import { tieredCost } from "./tiered-cost.ts";
import type { TokenUsage } from "./token-usage.ts";

/** What a request cost by the rules of its provider. */
export type ProviderCost = TokenCost & { readonly entry: PriceEntry };

/** What prices a request: the model as the provider knows it, the provider in LiteLLM's words, and the tokens. */
export type Priceable = {
  readonly model: string;
  readonly provider: string;
  readonly usage: TokenUsage;
  readonly serviceTier: string | null;
  readonly characters: Characters;
};

/**
 * The cost of a request by its provider's rules, or undefined where the map has no price for the model (LiteLLM 1.82.6
 * `cost_per_token` for chat completions and embeddings). What is billed by the second costs 0: no duration is known.
 */
export function providerCost(asked: Priceable, map: PriceMap): ProviderCost | undefined {
  const { provider, usage, serviceTier } = asked;
  const bare = asked.model.slice(asked.model.indexOf("/") + 1);
  const model = [`${provider}/${asked.model}`, asked.model, bare].find((name) => map.exact(name)) ?? asked.model;
  const entryOf = (name: string) => findEntry(name, provider, map);
  switch (provider) {
    case "lemonade":
      return costs(entryOf(model) ?? freeEntry(model, provider), { input: 0, output: 0 });
    case "vertex_ai":
      return costs(entryOf(bare), (entry) => vertexCost(entry, { ...asked, model: bare }));
    case "anthropic":
      return costs(entryOf(model), (entry) => anthropicCost(entry, usage));
    case "databricks":
      return costs(entryOf(databricksName(model)), (entry) => flatCost(entry, usage));
    case "fireworks_ai":
      return costs(entryOf(model) ?? entryOf(fireworksCategory(model)), (entry) => flatCost(entry, usage));
    case "azure":
      return costs(entryOf(model), (entry) =>
        ownRate(entry, "output_cost_per_second") === undefined ? genericCost(entry, usage) : { input: 0, output: 0 },
      );
    case "deepseek":
      return costs(entryOf(model), (entry) => genericCost(entry, usage));
    case "perplexity":
      return costs(entryOf(model), (entry) => perplexityCost(entry, usage));
    case "xai":
      return costs(entryOf(model), (entry) => genericCost(entry, withReasoningOnTop(usage)));
    case "dashscope":
      return costs(entryOf(model), (entry) => tieredCost(entry, usage));
    case "azure_ai":
      return azureAiCost(model, entryOf(model), usage, map);
    case "openai":
    case "bedrock":
    case "gemini":
      return costs(entryOf(model), (entry) => genericCost(entry, usage, serviceTier));
    default:
      return costs(entryOf(model), (entry) =>
        rate(entry, "input_cost_per_token") > 0 || rate(entry, "output_cost_per_token") > 0
          ? genericCost(entry, usage, serviceTier)
          : { input: 0, output: 0 },
      );
  }
}

function costs(
  entry: PriceEntry | undefined,
  cost: TokenCost | ((entry: PriceEntry) => TokenCost),
): ProviderCost | undefined {
  if (entry === undefined) return undefined;
  return { ...(typeof cost === "function" ? cost(entry) : cost), entry };
}

function flatCost(entry: PriceEntry, { prompt, completion }: TokenUsage): TokenCost {
  return {
    input: prompt * rate(entry, "input_cost_per_token"),
    output: completion * rate(entry, "output_cost_per_token"),
  };
}

const VERTEX_BY_TOKEN = ["claude", "llama", "mistral", "jamba", "codestral", "gemma", "gemini-2"];

/**
 * What Vertex AI bills by characters where the model has such a price and the text is at hand; else by tokens. Service
 * tiers bear only on models that it bills by tokens in the first place (`google_cost_router`).
 */
function vertexCost(entry: PriceEntry, { model, usage, serviceTier, characters }: Priceable): TokenCost {
  if (VERTEX_BY_TOKEN.some((part) => model.includes(part))) return vertexTokenCost(entry, usage, serviceTier);
  const byToken = vertexTokenCost(entry, usage, null);
  return {
    input: characterCost(characters.prompt, ownRate(entry, "input_cost_per_character")) ?? byToken.input,
    output: characterCost(characters.completion, ownRate(entry, "output_cost_per_character")) ?? byToken.output,
  };
}

/** Texts that may exceed 128 000 tokens, at four characters a token as LiteLLM has it, have no price by characters. */
function characterCost(characters: number | null, usd: number | undefined): number | undefined {
  return characters === null || usd === undefined || characters * 4 > 128_000 ? undefined : characters * usd;
}

function vertexTokenCost(entry: PriceEntry, usage: TokenUsage, serviceTier: string | null): TokenCost {
  const input = ownRate(entry, "input_cost_per_token_above_128k_tokens");
  const output = ownRate(entry, "output_cost_per_token_above_128k_tokens");
  if (input === undefined && output === undefined) return genericCost(entry, usage, serviceTier);
  const isLong = (tokens: number) => tokens > 128_000;
  return {
    input: usage.prompt * ((isLong(usage.prompt) ? input : undefined) ?? rate(entry, "input_cost_per_token")),
    output:
      usage.completion * ((isLong(usage.completion) ? output : undefined) ?? rate(entry, "output_cost_per_token")),
  };
}

/** Anthropic's surcharges by region and speed leave cache rates alone. */
function anthropicCost(entry: PriceEntry, usage: TokenUsage): TokenCost {
  const cost = genericCost(entry, usage);
  const region = usage.region?.toLowerCase() ?? "global";
  let multiplier = 1;
  if (region !== "global" && region !== "not_available") multiplier *= entry.multipliers.get(region) ?? 1;
  if (usage.speed === "fast") multiplier *= entry.multipliers.get("fast") ?? 1;
  if (multiplier === 1) return cost;
  const cache = cacheCost(entry, usage);
  return { input: (cost.input - cache) * multiplier + cache, output: cost.output * multiplier };
}

/** xAI bills reasoning tokens on top of the completion tokens. */
function withReasoningOnTop(usage: TokenUsage): TokenUsage {
  const completion = usage.completion + (usage.completionDetails?.reasoning ?? 0);
  return { ...usage, completion, completionDetails: null };
}

function perplexityCost(entry: PriceEntry, usage: TokenUsage): TokenCost {
  if (usage.billedUsd !== null) return { input: 0, output: usage.billedUsd };
  let { input, output } = flatCost(entry, usage);
  input += usage.citations * rate(entry, "citation_cost_per_token");
  output += (usage.completionDetails?.reasoning ?? 0) * rate(entry, "output_cost_per_reasoning_token");
  // LiteLLM divides by 1000 what its map gives per query; equal to it, not to Perplexity's price list.
  const perSearch = (entry.searchContext?.get("search_context_size_low") ?? 0) / 1000;
  output += (usage.promptDetails?.webSearches ?? 0) * perSearch;
  return { input, output };
}

/** Azure's model router costs a flat rate per input token, on top of the model that answered where that is named. */
function azureAiCost(
  model: string,
  entry: PriceEntry | undefined,
  usage: TokenUsage,
  map: PriceMap,
): ProviderCost | undefined {
  const router = /model[-_]router/i.test(model) ? findEntry("model_router", "azure_ai", map) : undefined;
  const priced = entry ?? router;
  if (priced === undefined) return undefined;
  const cost = entry === undefined ? { input: 0, output: 0 } : genericCost(entry, usage);
  // LiteLLM adds the router's fee twice: in the cost of the tokens and as an additional cost.
  const fee = router === undefined ? 0 : usage.prompt * rate(router, "input_cost_per_token");
  return { input: cost.input + fee, output: cost.output + fee, entry: priced };
}
