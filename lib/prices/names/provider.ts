import type { PriceMap } from "../map/price-map.ts";

/** A model's name as its provider knows it, and LiteLLM's name of the provider. */
export type Provided = { readonly model: string; readonly provider: string };

/** Prefixes by which LiteLLM 1.82.6 routes (`provider_list` and its providers declared in JSON). */
const PROVIDERS: ReadonlySet<string> = new Set(
  `a2a a2a_agent abliteration ai21 ai21_chat aiml aiohttp_openai amazon_nova anthropic anthropic_text apertis assemblyai
  auto_router aws_polly azure azure_ai azure_text baseten bedrock bedrock_mantle black_forest_labs bytez cerebras
  charity_engine chatgpt chutes clarifai cloudflare codestral cohere cohere_chat cometapi compactifai cursor custom
  custom_openai dashscope databricks datarobot deepgram deepinfra deepseek docker_model_runner dotprompt elevenlabs
  empower fal_ai featherless_ai fireworks_ai friendliai galadriel gemini gigachat github github_copilot gmi gradient_ai
  groq helicone heroku hosted_vllm huggingface humanloop hyperbolic infinity jina_ai lambda_ai langfuse langgraph
  lemonade litellm_agent litellm_proxy llamafile llamagate lm_studio manus maritalk meta_llama milvus minimax mistral
  moonshot morph nano-gpt nebius nlp_cloud novita nscale nvidia_nim oci ollama ollama_chat oobabooga openai openai_like
  openrouter ovhcloud perplexity petals pg_vector poe predibase publicai ragflow recraft replicate runwayml s3_vectors
  sagemaker sagemaker_chat sagemaker_nova sambanova sap sarvam scaleway snowflake stability synthetic
  text-completion-codestral text-completion-openai together_ai topaz triton v0 veniceai vercel_ai_gateway vertex_ai
  vertex_ai_beta vllm volcengine voyage wandb watsonx watsonx_text xai xiaomi_mimo xinference zai`.split(/\s+/),
);

/** Whether the part before the first slash is a provider. */
export function hasProvider(model: string): boolean {
  return PROVIDERS.has(model.split("/", 1)[0] ?? "");
}

/** Providers of the map whose models LiteLLM recognises without a prefix, and what it calls their provider. */
const RECOGNISED: ReadonlyMap<string, string> = new Map([
  ...["openai", "text-completion-openai", "anthropic", "cohere", "cohere_chat", "openrouter", "aleph_alpha"].map(
    (name) => [name, name] as const,
  ),
  ...["nlp_cloud", "watsonx", "empower", "gradient_ai"].map((name) => [name, name] as const),
  ...["text", "code-text", "chat", "code-chat", "language", "embedding", "vision"].map(
    (kind) => [`vertex_ai-${kind}-models`, "vertex_ai"] as const,
  ),
  ["ai21", "ai21_chat"],
  ["bedrock", "bedrock"],
  ["bedrock_converse", "bedrock"],
]);

/** Names that LiteLLM 1.82.6 recognises though its map has them only under other keys. */
const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ["dall-e-2", "openai"],
  ["dall-e-3", "openai"],
  ["sora-2", "openai"],
  ["maritalk", "maritalk"],
  ["petals-team/StableBeluga2", "petals"],
  ["*", "openai"],
]);

/**
 * Who serves a model, from its name alone (LiteLLM 1.82.6 `get_llm_provider` without a base URL), or undefined where
 * LiteLLM asks for a provider.
 */
export function inferProvider(name: string, map: PriceMap): Provided | undefined {
  const slash = name.indexOf("/");
  const prefix = slash < 0 ? name : name.slice(0, slash);
  const rest = slash < 0 ? "" : name.slice(slash + 1);
  if (prefix === "azure" && slash > 0 && isNotOpenAi(rest, map)) return { model: name, provider: "openai" };
  if (prefix === "cohere" && isCohereChat(rest, map)) return { model: rest, provider: "cohere_chat" };
  if (prefix === "anthropic" && isAnthropicText(rest)) return { model: rest, provider: "anthropic_text" };
  if (PROVIDERS.has(prefix)) {
    if (slash < 0) return undefined;
    if (prefix === "azure_ai" && isOpenAi(rest, map)) return { model: rest, provider: "azure" };
    const listed = prefix === "ai21" ? map.exact(rest) : undefined;
    const isAi21Chat = listed?.provider === "ai21" && listed.mode === "chat";
    return { model: rest, provider: isAi21Chat ? "ai21_chat" : prefix };
  }
  const provider = recognised(name, map);
  return provider === undefined ? undefined : { model: name, provider };
}

function recognised(name: string, map: PriceMap): string | undefined {
  if (name.includes("ft:gpt-3.5-turbo") || name.includes("ft:gpt-4")) return "openai";
  const listed = map.exact(name)?.provider;
  if (listed === "anthropic" && isAnthropicText(name)) return "anthropic_text";
  // Only prices: a fine-tune's base name, and Bedrock's names by region or commitment.
  const isPriceOnly = (listed === "openai" && isTunedBase(name)) || (listed === "bedrock" && isRegional(name));
  const known = listed == null || isPriceOnly ? undefined : RECOGNISED.get(listed);
  if (known !== undefined) return known;
  const onVertex = map.exact(`vertex_ai/${name}`)?.provider;
  if (onVertex === "vertex_ai-image-models" || onVertex === "vertex_ai-video-models") return "vertex_ai";
  if (/^[^:]*:[^:]{64}(:|$)/.test(name)) return "replicate";
  return CONSTANTS.get(name) ?? (name.startsWith("amazon_nova") ? "amazon_nova" : undefined);
}

function isNotOpenAi(model: string, map: PriceMap): boolean {
  return isCohereChat(model, map) || map.exact(`mistral/${model}`)?.provider === "mistral";
}

/** OpenAI's own models in Azure's AI studio are Azure's, there without the vendor's prefix. */
function isOpenAi(model: string, map: PriceMap): boolean {
  const name = model.slice(model.indexOf("/") + 1);
  const listed = map.exact(name)?.provider;
  return (listed === "openai" && !isTunedBase(name)) || listed === "text-completion-openai";
}

/** A name that only prices the fine-tunes of a model. */
function isTunedBase(name: string): boolean {
  return /^ft:[^:]*$/.test(name);
}

function isCohereChat(model: string, map: PriceMap): boolean {
  return map.exact(model)?.provider === "cohere_chat";
}

function isAnthropicText(model: string): boolean {
  return model === "claude-2" || model === "claude-instant-1";
}

function isRegional(name: string): boolean {
  return name.includes("month-commitment") || /^bedrock\/[\w-]+\/.+$/.test(name);
}
