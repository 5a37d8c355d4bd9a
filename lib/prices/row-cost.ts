import { type Cost, requestCost, type Unpriced } from "./cost/request-cost.ts";
import { NO_PROMPT_DETAILS, plainUsage } from "./cost/token-usage.ts";
import type { Prices } from "./prices.ts";
import { NO_CHARACTERS } from "./tokens/characters.ts";

/** What a row of the ledger knows of one request, or of several of one model: tokens are then sums. */
export type PricedRow = {
  /** `model`, with or without its provider's prefix. */
  readonly model: string;
  /** `model_group`: what was asked for; prices of the configuration go by it. */
  readonly modelGroup: string | null;
  /** `custom_llm_provider`. */
  readonly provider: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt: read from the provider's cache, and written to it. */
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  /** Of the completion. */
  readonly reasoningTokens: number;
};

/** A row that no tokens price: by the image, second, page or query, which a row does not tell. */
export type OtherUnits = { readonly kind: "other-units"; readonly model: string };

/** Kinds of model that are billed by tokens, if at all. */
const BY_TOKENS: ReadonlySet<string | null> = new Set(["chat", "completion", "responses", "embedding", null]);

/**
 * What the tokens of a row should have cost in US dollars, or that no price is known, or none by tokens. A row of
 * several requests gets no surcharge for long prompts that none of them had only if its prompt stays below the model's
 * threshold.
 */
export function rowCost(row: PricedRow, prices: Prices): Cost | OtherUnits | Unpriced {
  const { modelGroup, cachedTokens: cached, cacheWriteTokens: cacheWrite, reasoningTokens: reasoning } = row;
  const group = modelGroup !== null && prices.deployment(modelGroup) !== undefined ? modelGroup : null;
  const details = { text: 0, audio: 0, image: 0, reasoning };
  const usage = {
    ...plainUsage(row.promptTokens, row.completionTokens),
    promptDetails: cached > 0 || cacheWrite > 0 ? { ...NO_PROMPT_DETAILS, cached, cacheWrite } : null,
    completionDetails: reasoning > 0 ? details : null,
  };
  const request = { usage, serviceTier: null, hasCitations: false, characters: NO_CHARACTERS };
  const cost = requestCost({ ...request, model: group ?? row.model, provider: row.provider || null }, prices);
  if (cost.kind === "unpriced" || cost.usd > 0) return cost;
  const mode = prices.map.exact(cost.pricedAs)?.mode ?? null;
  return BY_TOKENS.has(mode) || hasTokenPrice(cost.pricedAs, prices) ? cost : { kind: "other-units", model: row.model };
}

function hasTokenPrice(name: string, { map }: Prices): boolean {
  const rates = map.exact(name)?.rates;
  return (rates?.get("input_cost_per_token") ?? 0) > 0 || (rates?.get("output_cost_per_token") ?? 0) > 0;
}
