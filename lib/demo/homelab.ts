import { type DemoKey, type DemoModel, type Population, sha256Hex } from "./population.ts";

const CHAT = "/v1/chat/completions";

/** Per row: group, provider, model, dollars per million tokens (input, output, cached), tokens, reasoning, weight. */
const MODELS = [
  ["gpt-5-mini", "openai", "gpt-5-mini-2025-08-07", 0.25, 2, 0.025, 900, 420, 0.45, 22],
  ["claude-sonnet", "anthropic", "claude-sonnet-4-20250514", 3, 15, 0.3, 2600, 520, 0, 16],
  ["claude-haiku", "anthropic", "claude-3-5-haiku-20241022", 0.8, 4, 0.08, 1100, 260, 0, 12],
  ["gemini-flash", "gemini", "gemini-2.5-flash", 0.3, 2.5, 0.075, 1400, 380, 0.3, 14],
  ["azure-gpt", "azure", "my-deployment", 2.5, 10, 1.25, 1200, 300, 0, 6],
  ["local/llama3.2:3b", "ollama", "llama3.2:3b", 0, 0, 0, 700, 240, 0, 18],
  ['Müllers "schnelles" \\ Modell', "openai", "qwen2.5-7b-instruct", 0.1, 0.3, 0, 600, 180, 0, 4],
] as const;

/**
 * A household with a LiteLLM: six keys (one of them the master key, which has no alias and no team), three teams, eight
 * model groups of five providers, one of which costs nothing and one of which has a name that needs escaping. About
 * 300 requests and one dollar a day.
 */
export function homelabPopulation(): Population {
  return {
    keys: homelabKeys(),
    models: [...MODELS.map(chatModel), embeddings()],
    requestsPerDay: 300,
    failureRatio: 0.02,
    cacheHitRatio: 0.03,
    utcOffsetMs: 0,
  };
}

function chatModel(row: (typeof MODELS)[number]): DemoModel {
  const [group, provider, model, input, output, cached, promptTokens, completionTokens, reasoningRatio, weight] = row;
  return {
    group,
    provider,
    model,
    modelId: sha256Hex(`deployment ${group}`),
    route: CHAT,
    inputPrice: input / 1e6,
    outputPrice: output / 1e6,
    cachedPrice: cached / 1e6,
    promptTokens,
    completionTokens,
    reasoningRatio,
    cachedRatio: cached > 0 ? 0.6 : 0,
    weight,
  };
}

function embeddings(): DemoModel {
  return {
    group: "embed-small",
    provider: "openai",
    model: "text-embedding-3-small",
    modelId: sha256Hex("deployment embed-small"),
    route: "/v1/embeddings",
    inputPrice: 2e-8,
    outputPrice: 0,
    cachedPrice: 0,
    promptTokens: 320,
    completionTokens: 0,
    reasoningRatio: 0,
    cachedRatio: 0,
    weight: 10,
  };
}

function homelabKeys(): DemoKey[] {
  const family = { id: "team-family", alias: "Family" };
  const homelab = { id: "team-homelab", alias: "Homelab" };
  const work = { id: "team-work", alias: 'Work, "EU"' };
  return [
    key("alice-laptop", family, "alice", 30, { userEmail: "alice@example.org" }),
    key("open-webui", family, "open-webui", 28, {
      endUsers: ["alice", "bob", "zoë"],
      userAgents: ["AsyncOpenAI/JS 4.73"],
    }),
    key("n8n", homelab, "n8n", 14, { userAgents: ["n8n"], groups: ["gpt-5-mini", "gemini-flash", "embed-small"] }),
    key("home-assistant", homelab, "home", 12, {
      userAgents: ["HomeAssistant/2026.11.1 aiohttp/3.12"],
      groups: ["local/llama3.2:3b", "claude-haiku"],
    }),
    key("bob-workstation", work, "bob", 14, {
      userEmail: "bob@example.org",
      userAgents: ["OpenAI/Python 2.8.0", "curl/8.5.0"],
    }),
    key(undefined, { id: undefined, alias: undefined }, undefined, 2, { userAgents: ["curl/8.5.0"] }),
  ];
}

function key(
  alias: string | undefined,
  team: DemoKey["team"],
  user: string | undefined,
  weight: number,
  more: Partial<DemoKey>,
): DemoKey {
  const hash = sha256Hex(`key ${alias ?? "master"}`);
  return {
    hash,
    alias,
    team,
    user,
    userEmail: undefined,
    endUsers: [],
    clientIp: `203.0.113.${(Number.parseInt(hash.slice(0, 2), 16) % 200) + 10}`,
    userAgents: ["OpenAI/Python 2.8.0"],
    groups: [],
    weight,
    ...more,
  };
}
