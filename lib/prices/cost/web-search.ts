import type { PriceEntry } from "../map/price-entry.ts";
import type { TokenUsage } from "./token-usage.ts";

/** What Google asks for a request that searched (LiteLLM 1.82.6), in USD: a query of AI Studio, a prompt of Vertex AI. */
const GOOGLE_SEARCH_USD = 35e-3;
/** What xAI asks for a source that a live search used, in USD. */
const XAI_SOURCE_USD = 25 / 1000;

/**
 * The cost in USD of the searches that a response made, told by its citations or its usage; 0 for none (LiteLLM 1.82.6
 * `StandardBuiltInToolCostTracking`). The size of a search's context is not in a response: it is taken as medium.
 */
export function webSearchCost(entry: PriceEntry, provider: string, usage: TokenUsage, hasCitations: boolean): number {
  const inPrompt = usage.promptDetails?.webSearches ?? null;
  if (!hasCitations && inPrompt === null) return 0;
  const medium = entry.searchContext?.get("search_context_size_medium") ?? 0;
  if (provider === "gemini") return GOOGLE_SEARCH_USD * (inPrompt ?? 0);
  if (provider === "anthropic") return medium * (usage.webSearches ?? inPrompt ?? 0);
  if (provider.startsWith("vertex_ai")) return usage.promptDetails === null ? 0 : GOOGLE_SEARCH_USD;
  if (provider === "perplexity") return 0;
  return provider === "xai" ? XAI_SOURCE_USD * (inPrompt ?? 0) : medium;
}
