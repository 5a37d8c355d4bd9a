import { ownRate, type PriceEntry, rate, rateOr, tierField } from "../map/price-entry.ts";
import { NO_PROMPT_DETAILS, type PromptDetails, type TokenUsage } from "./token-usage.ts";

/** USD of what went in and what came out. */
export type TokenCost = { readonly input: number; readonly output: number };

type BaseRates = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteOneHour: number;
};

/**
 * The cost of tokens at a model's rates, in USD: text, cached, cache-write, audio, image, character, image-count and
 * video parts of the input; text, audio, reasoning and image parts of the output (LiteLLM 1.82.6
 * `generic_cost_per_token`, with its order of operations, so that the sums agree to the last digit).
 */
export function genericCost(entry: PriceEntry, usage: TokenUsage, serviceTier: string | null = null): TokenCost {
  const rates = baseRates(entry, usage.prompt, serviceTier);
  const details = withText(usage);
  return {
    input: inputCost(entry, rates, details, serviceTier),
    output: outputCost(entry, rates.output, usage),
  };
}

/** The part of the input cost that is cache reads and writes, in USD. */
export function cacheCost(entry: PriceEntry, usage: TokenUsage): number {
  if (usage.promptDetails === null) return 0;
  const rates = baseRates(entry, usage.prompt, null);
  return usage.promptDetails.cached * rates.cacheRead + cacheWriteCost(rates, usage.promptDetails);
}

/** Where text was not counted apart, or counted with the cached tokens, it is what the other parts leave. */
function withText({ prompt, promptDetails }: TokenUsage): PromptDetails {
  const details = promptDetails ?? { ...NO_PROMPT_DETAILS, text: prompt };
  const { text, cached, audio, cacheWrite, image } = details;
  const isCountedTwice = cached > 0 && text + cached + audio + cacheWrite + image > prompt;
  const isUnsaid = text === 0 && details.images === 0;
  return isUnsaid || isCountedTwice ? { ...details, text: prompt - cached - audio - cacheWrite - image } : details;
}

function baseRates(entry: PriceEntry, promptTokens: number, serviceTier: string | null): BaseRates {
  const tiered = (field: string) => rate(entry, tierField(field, serviceTier));
  const base: BaseRates = {
    input: tiered("input_cost_per_token"),
    // Image models have no price per token of text: all that they give is image tokens.
    output: tiered("output_cost_per_token") || rateOr(entry, "output_cost_per_image_token", 0),
    cacheWrite: tiered("cache_creation_input_token_cost"),
    cacheWriteOneHour: rate(entry, "cache_creation_input_token_cost_above_1hr"),
    cacheRead: tiered("cache_read_input_token_cost"),
  };
  const above = highestThreshold(entry, promptTokens);
  if (above === undefined) return base;
  const long = (field: string, otherwise: number) => rateOr(entry, `${field}_above_${above}_tokens`, otherwise);
  const longTiered = (field: string, otherwise: number) =>
    rateOr(entry, tierField(`${field}_above_${above}_tokens`, serviceTier), otherwise);
  return {
    input: longTiered("input_cost_per_token", base.input),
    output: longTiered("output_cost_per_token", base.output),
    cacheWrite: long("cache_creation_input_token_cost", base.cacheWrite),
    cacheWriteOneHour: long("cache_creation_input_token_cost_above_1hr", base.cacheWriteOneHour),
    cacheRead: long("cache_read_input_token_cost", base.cacheRead),
  };
}

/** The largest threshold that a prompt exceeds, as it is written in the field names (`200k`); the set of them grows. */
function highestThreshold(entry: PriceEntry, promptTokens: number): string | undefined {
  let highest = 0;
  let text: string | undefined;
  for (const field of entry.rates.keys()) {
    const written = /^input_cost_per_token_above_(\d+k?)_tokens$/.exec(field)?.[1];
    if (written === undefined) continue;
    const threshold = Number(written.replace("k", "")) * (written.endsWith("k") ? 1000 : 1);
    if (promptTokens > threshold && threshold > highest) {
      highest = threshold;
      text = written;
    }
  }
  return text;
}

function inputCost(entry: PriceEntry, rates: BaseRates, details: PromptDetails, serviceTier: string | null): number {
  let cost = details.text * rates.input;
  cost += details.cached * rates.cacheRead;
  cost += part(details.audio, rate(entry, tierField("input_cost_per_audio_token", serviceTier)));
  cost += part(details.image, ownRate(entry, "input_cost_per_image_token") ?? rate(entry, "input_cost_per_token"));
  cost += cacheWriteCost(rates, details);
  cost += part(details.characters, rate(entry, "input_cost_per_character"));
  cost += part(details.images, rate(entry, "input_cost_per_image"));
  cost += part(details.videoSeconds, rate(entry, "input_cost_per_video_per_second"));
  return cost;
}

function cacheWriteCost(rates: BaseRates, { cacheWrite, cacheWriteBy }: PromptDetails): number {
  if (cacheWriteBy === null) return cacheWrite * rates.cacheWrite;
  return cacheWriteBy.fiveMinutes * rates.cacheWrite + cacheWriteBy.oneHour * rates.cacheWriteOneHour;
}

function outputCost(entry: PriceEntry, base: number, { completion, completionDetails }: TokenUsage): number {
  if (completionDetails === null) return completion * base;
  const { audio, reasoning, image } = completionDetails;
  const isBrokenDown = image > 0 || audio > 0 || reasoning > 0;
  if (completionDetails.text === 0 && !isBrokenDown) return completion * base;
  const text =
    completionDetails.text === 0 ? Math.max(0, completion - reasoning - audio - image) : completionDetails.text;
  let cost = text * base;
  cost += part(audio, ownRate(entry, "output_cost_per_audio_token") ?? base);
  cost += part(reasoning, ownRate(entry, "output_cost_per_reasoning_token") ?? base);
  cost += part(image, ownRate(entry, "output_cost_per_image_token") ?? base);
  return cost;
}

function part(units: number, usd: number): number {
  return units > 0 ? units * usd : 0;
}
