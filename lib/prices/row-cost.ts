import { NO_CHARACTERS } from "./characters.ts";
import type { Prices } from "./prices.ts";
import { type Cost, requestCost, type Unpriced } from "./request-cost.ts";
import { NO_PROMPT_DETAILS, plainUsage } from "./token-usage.ts";

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

/**
 * What the tokens of a row should have cost in US dollars, or that no price is known. A row of several requests gets no
 * surcharge for long prompts that none of them had only if its prompt stays below the model's threshold.
 */
export function rowCost(row: PricedRow, prices: Prices): Cost | Unpriced {
  const { modelGroup, cachedTokens: cached, cacheWriteTokens: cacheWrite, reasoningTokens: reasoning } = row;
  const group = modelGroup !== null && prices.deployment(modelGroup) !== undefined ? modelGroup : null;
  const details = { text: 0, audio: 0, image: 0, reasoning };
  const usage = {
    ...plainUsage(row.promptTokens, row.completionTokens),
    promptDetails: cached > 0 || cacheWrite > 0 ? { ...NO_PROMPT_DETAILS, cached, cacheWrite } : null,
    completionDetails: reasoning > 0 ? details : null,
  };
  const request = { usage, serviceTier: null, hasCitations: false, characters: NO_CHARACTERS };
  return requestCost({ ...request, model: group ?? row.model, provider: row.provider || null }, prices);
}
