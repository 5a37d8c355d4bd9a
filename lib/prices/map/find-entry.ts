import { strippedName } from "../names/model-parts.ts";
import { freeEntry, type PriceEntry } from "./price-entry.ts";
import type { PriceMap } from "./price-map.ts";

/** Names that Azure answers with, and what prices them (LiteLLM's `azure_llms` and `azure_embedding_models`). */
const AZURE_NAMES: ReadonlyMap<string, string> = new Map([
  ["gpt-35-turbo", "azure/gpt-35-turbo"],
  ["gpt-35-turbo-16k", "azure/gpt-35-turbo-16k"],
  ["gpt-35-turbo-instruct", "azure/gpt-35-turbo-instruct"],
  ["azure/gpt-41", "gpt-4.1"],
  ["azure/gpt-41-mini", "gpt-4.1-mini"],
  ["azure/gpt-41-nano", "gpt-4.1-nano"],
  ["ada", "azure/ada"],
]);

/** Providers that run at home: LiteLLM asks them for nothing but the context window, and bills nothing. */
const OLLAMA: ReadonlySet<string> = new Set(["ollama", "ollama_chat"]);

/**
 * The entry that prices a model of a provider, or undefined (LiteLLM 1.82.6 `_get_model_info_helper`): with the
 * provider's prefix, as it is, without version or region, and without the prefix, in this order and in any case.
 */
export function findEntry(name: string, givenProvider: string, map: PriceMap): PriceEntry | undefined {
  const provider = givenProvider === "vertex_ai_beta" ? "vertex_ai" : givenProvider;
  const model = vertexName(AZURE_NAMES.get(name) ?? name, provider, map);
  if (provider === "huggingface") return freeEntry(model, provider);
  const prefixed = `${provider}/`;
  const split = model.startsWith(prefixed) ? model.slice(prefixed.length) : model;
  const stripped = strippedName(split, provider);
  const names = [prefixed + split, model, prefixed + stripped, stripped, split];
  for (const candidate of names) {
    const entry = map.find(candidate);
    if (entry !== undefined && isOf(provider, entry)) return entry;
  }
  const isUnknown = !names.some((candidate) => map.find(candidate) !== undefined);
  return OLLAMA.has(provider) && isUnknown ? freeEntry(model, provider) : undefined;
}

/** Vertex AI's partners stand in the map with their vendor or `@latest`. */
function vertexName(model: string, provider: string, map: PriceMap): string {
  if (provider !== "vertex_ai") return model;
  const isListed = (name: string, kind: string) =>
    [`vertex_ai/${name}`, name].some((key) => map.exact(key)?.provider === `vertex_ai-${kind}_models`);
  if (isListed(`meta/${model}`, "llama")) return `meta/${model}`;
  const latest = `${model}@latest`;
  return isListed(latest, "mistral") || isListed(latest, "ai21") ? latest : model;
}

/** Whether an entry prices models of a provider (`_check_provider_match`). */
function isOf(provider: string, entry: PriceEntry): boolean {
  const listed = entry.provider;
  if (listed === null || listed === provider || provider === "litellm_proxy" || provider === "github") return true;
  if (provider === "vertex_ai" || provider === "fireworks_ai") return listed.startsWith(provider);
  if (provider.startsWith("bedrock")) return listed.startsWith("bedrock");
  return provider === "azure_ai" && (listed === "azure" || listed === "openai");
}
