import { type DemoKey, type DemoModel, type Population, sha256Hex } from "./population.ts";

const PROVIDERS = ["openai", "anthropic", "azure", "gemini"] as const;

/**
 * A population of any size in which every key uses every model: for big pages and soak runs. One request a day per
 * key and model unless said otherwise.
 */
export function gridPopulation(size: { keys: number; models: number; requestsPerDay?: number }): Population {
  return {
    keys: Array.from({ length: size.keys }, (_, index) => gridKey(index)),
    models: Array.from({ length: size.models }, (_, index) => gridModel(index)),
    requestsPerDay: size.requestsPerDay ?? size.keys * size.models,
    failureRatio: 0.01,
    cacheHitRatio: undefined,
    utcOffsetMs: 0,
  };
}

function gridKey(index: number): DemoKey {
  const number = String(index).padStart(3, "0");
  const team = index % 10;
  return {
    hash: sha256Hex(`grid key ${index}`),
    alias: `service-key-${number}`,
    team: { id: sha256Hex(`grid team ${team}`).slice(0, 24), alias: `Platform team ${team}` },
    user: `employee-${number}`,
    userEmail: `employee-${number}@example.org`,
    endUsers: [],
    clientIp: `198.51.${100 + (index >> 8)}.${index & 255}`,
    userAgents: ["OpenAI/Python 2.8.0"],
    groups: [],
    weight: 1,
  };
}

function gridModel(index: number): DemoModel {
  const provider = PROVIDERS[index % PROVIDERS.length] ?? "openai";
  const number = String(index).padStart(2, "0");
  return {
    group: `${provider}/chat-large-${number}`,
    model: `chat-large-2026-05-${number}`,
    modelId: sha256Hex(`grid deployment ${index}`),
    provider,
    route: "/v1/chat/completions",
    inputPrice: (index + 1) * 2e-7,
    outputPrice: (index + 1) * 8e-7,
    cachedPrice: (index + 1) * 2e-8,
    promptTokens: 1200,
    completionTokens: 300,
    reasoningRatio: 0,
    cachedRatio: 0,
    weight: 1,
  };
}
