import { isObject, type JsonObject, objectAt, textAt } from "../json-value.ts";

/** Parts of the prompt, as LiteLLM's `PromptTokensDetailsWrapper` has them; what was not said is 0. */
export type PromptDetails = {
  readonly cached: number;
  readonly cacheWrite: number;
  /** Cache writes by how long they are kept; null where only their sum is known. */
  readonly cacheWriteBy: { readonly fiveMinutes: number; readonly oneHour: number } | null;
  readonly text: number;
  readonly audio: number;
  readonly image: number;
  readonly characters: number;
  readonly images: number;
  readonly videoSeconds: number;
  readonly webSearches: number | null;
};

/** Parts of the completion; what was not said is 0. */
type CompletionDetails = {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
  readonly reasoning: number;
};

/** What a request used, in tokens unless the name says otherwise (LiteLLM's `Usage`). */
export type TokenUsage = {
  readonly prompt: number;
  readonly completion: number;
  readonly promptDetails: PromptDetails | null;
  readonly completionDetails: CompletionDetails | null;
  /** `server_tool_use.web_search_requests`. */
  readonly webSearches: number | null;
  readonly citations: number;
  /** What the provider itself billed, in USD (Perplexity's `cost.total_cost`). */
  readonly billedUsd: number | null;
  readonly serviceTier: string | null;
  /** Anthropic's `inference_geo` and `speed`. */
  readonly region: string | null;
  readonly speed: string | null;
};

/** A usage of input and output tokens only. */
export function plainUsage(prompt: number, completion: number): TokenUsage {
  return {
    prompt,
    completion,
    promptDetails: null,
    completionDetails: null,
    webSearches: null,
    citations: 0,
    billedUsd: null,
    serviceTier: null,
    region: null,
    speed: null,
  };
}

/** Prompt details in which nothing was said. */
export const NO_PROMPT_DETAILS: PromptDetails = {
  cached: 0,
  cacheWrite: 0,
  cacheWriteBy: null,
  text: 0,
  audio: 0,
  image: 0,
  characters: 0,
  images: 0,
  videoSeconds: 0,
  webSearches: null,
};

export type UsageReading =
  | { readonly kind: "usage"; readonly usage: TokenUsage }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * The usage object of a chat completion, of the Responses API (`input_tokens`, `output_tokens`) or of Anthropic's
 * caches, as LiteLLM's `Usage` takes it. Absent: nothing was used.
 */
export function readUsage(value: unknown): UsageReading {
  if (value === undefined || value === null) return { kind: "usage", usage: plainUsage(0, 0) };
  if (!isObject(value)) return { kind: "invalid", message: "usage must be an object with token counts" };
  const wrong: string[] = [];
  const count = (object: JsonObject | undefined, key: string, path: string): number | null => {
    const given = object?.[key];
    if (given === undefined || given === null) return null;
    const number = typeof given === "string" && /^[+-]?\d+$/.test(given) ? Number(given) : given;
    if (typeof number === "number" && Number.isSafeInteger(number)) return number;
    wrong.push(`${path}${key}`);
    return null;
  };
  const isResponsesApi = "input_tokens" in value && "output_tokens" in value && !("prompt_tokens" in value);
  const prompt = count(value, isResponsesApi ? "input_tokens" : "prompt_tokens", "usage.") ?? 0;
  const completion = count(value, isResponsesApi ? "output_tokens" : "completion_tokens", "usage.") ?? 0;
  const usage: TokenUsage = {
    prompt,
    completion,
    promptDetails: promptDetails(value, isResponsesApi ? "input_tokens_details" : "prompt_tokens_details", count),
    completionDetails: completionDetails(
      value,
      completion,
      isResponsesApi ? "output_tokens_details" : "completion_tokens_details",
      count,
    ),
    webSearches: count(objectAt(value, "server_tool_use"), "web_search_requests", "usage.server_tool_use."),
    citations: count(value, "citation_tokens", "usage.") ?? 0,
    billedUsd: billed(value),
    serviceTier: textAt(value, "service_tier"),
    region: textAt(value, "inference_geo"),
    speed: textAt(value, "speed"),
  };
  if (wrong.length === 0) return { kind: "usage", usage };
  return { kind: "invalid", message: `${wrong.join(", ")} must be a whole number of tokens` };
}

type Count = (object: JsonObject | undefined, key: string, path: string) => number | null;

function promptDetails(usage: JsonObject, key: string, count: Count): PromptDetails | null {
  const given = objectAt(usage, key);
  const details = given !== undefined && Object.keys(given).length > 0 ? given : undefined;
  const path = `usage.${key}.`;
  // DeepSeek and Anthropic say beside the details what they read from and wrote to the cache; the latter word counts.
  const readBeside =
    count(usage, "cache_read_input_tokens", "usage.") ?? count(usage, "prompt_cache_hit_tokens", "usage.");
  const writtenBeside = count(usage, "cache_creation_input_tokens", "usage.");
  if (details === undefined && readBeside === null && writtenBeside === null) return null;
  const written = objectAt(details, "cache_creation_token_details");
  const seconds = details?.["video_length_seconds"];
  return {
    cached: readBeside ?? count(details, "cached_tokens", path) ?? 0,
    cacheWrite: writtenBeside ?? count(details, "cache_creation_tokens", path) ?? 0,
    cacheWriteBy:
      (written && {
        fiveMinutes: count(written, "ephemeral_5m_input_tokens", `${path}cache_creation_token_details.`) ?? 0,
        oneHour: count(written, "ephemeral_1h_input_tokens", `${path}cache_creation_token_details.`) ?? 0,
      }) ||
      null,
    text: count(details, "text_tokens", path) ?? 0,
    audio: count(details, "audio_tokens", path) ?? 0,
    image: count(details, "image_tokens", path) ?? 0,
    characters: count(details, "character_count", path) ?? 0,
    images: count(details, "image_count", path) ?? 0,
    videoSeconds: typeof seconds === "number" && Number.isFinite(seconds) ? seconds : 0,
    webSearches: count(details, "web_search_requests", path),
  };
}

function completionDetails(usage: JsonObject, completion: number, key: string, count: Count): CompletionDetails | null {
  const given = objectAt(usage, key);
  const details = given !== undefined && Object.keys(given).length > 0 ? given : undefined;
  const path = `usage.${key}.`;
  const beside = count(usage, "reasoning_tokens", "usage.") || null;
  if (details === undefined && beside === null) return null;
  const audio = count(details, "audio_tokens", path) ?? 0;
  const image = count(details, "image_tokens", path) ?? 0;
  const text = count(details, "text_tokens", path);
  const remainder = beside === null ? 0 : Math.max(0, completion - beside - image - audio);
  return { text: text ?? remainder, audio, image, reasoning: count(details, "reasoning_tokens", path) ?? beside ?? 0 };
}

function billed(usage: JsonObject): number | null {
  const total = objectAt(usage, "cost")?.["total_cost"];
  return typeof total === "number" && Number.isFinite(total) ? total : null;
}
