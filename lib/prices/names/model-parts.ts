const BEDROCK_ROUTES = ["bedrock/", "converse/", "invoke/", "openai/", "nova-2/", "nova/"];
const BEDROCK_GEOGRAPHIES: ReadonlySet<string> = new Set(["global", "us", "eu", "apac", "jp", "au", "us-gov"]);
const BEDROCK_REGION = /^(us|us-gov|eu|ap|ca|sa)-(north|south|east|west|central|northeast|southeast)-\d$/;

/**
 * The name under which the map would price a dated, regional or fine-tuned variant of a model
 * (LiteLLM 1.82.6 `_strip_model_name`).
 */
export function strippedName(model: string, provider: string): string {
  if (provider === "bedrock" || provider === "bedrock_converse") return bedrockBase(model);
  if (provider === "vertex_ai" || provider === "gemini" || provider === "databricks") return model.replace(/-\d+$/, "");
  return model.includes("ft:") ? model.replace(/(:[^:]+){3}$/, "") : model;
}

/** Bedrock's model without route, ARN, throughput and region (`get_bedrock_base_model`). */
function bedrockBase(name: string): string {
  const route = ["bedrock/converse/", "bedrock/", "converse/"].find((prefix) => name.startsWith(prefix)) ?? "";
  const unrouted = name.slice(route.length);
  if (unrouted.startsWith("nova-2/")) return "amazon.nova-2-custom";
  if (unrouted.startsWith("nova/")) return "amazon.nova-custom";
  let model = name;
  for (const prefix of BEDROCK_ROUTES) if (model.startsWith(prefix)) model = model.slice(model.indexOf("/") + 1);
  if (model.toLowerCase().includes("arn")) model = model.slice(model.lastIndexOf("/") + 1);
  model = model.replace(/(:\d+):\d+k$/, "$1");
  const [geography = "", ...rest] = model.split(".");
  if (BEDROCK_GEOGRAPHIES.has(geography)) return rest.join(".");
  const slash = model.indexOf("/");
  return slash > 0 && BEDROCK_REGION.test(model.slice(0, slash)) ? model.slice(slash + 1) : model;
}

const TOGETHER_SIZES: readonly (readonly [upTo: number, category: string])[] = [
  [4, "together-ai-up-to-4b"],
  [8, "together-ai-4.1b-8b"],
  [21, "together-ai-8.1b-21b"],
  [41, "together-ai-21.1b-41b"],
  [80, "together-ai-41.1b-80b"],
  [110, "together-ai-81.1b-110b"],
];

/** Together AI is priced by size: the category of a model that tells its size, else its name in lower case. */
export function togetherCategory(model: string): string {
  const name = model.toLowerCase();
  const size = /(\d+)b/.exec(name)?.[1];
  const found = size === undefined ? undefined : TOGETHER_SIZES.find(([upTo]) => Number(size) <= upTo);
  return found?.[1] ?? name;
}

/** The category by which Fireworks prices a model that the map does not name (`get_base_model_for_pricing`). */
export function fireworksCategory(model: string): string {
  const name = model.toLowerCase();
  const [, experts, each] = /(\d+)x(\d+)b/.exec(name) ?? [];
  const mixture = Number(experts) * Number(each);
  if (mixture <= 56) return "fireworks-ai-moe-up-to-56b";
  if (mixture <= 176) return "fireworks-ai-56b-to-176b";
  const size = /(\d+)b/.exec(name)?.[1];
  if (size === undefined) return "fireworks-ai-default";
  if (Number(size) <= 4) return "fireworks-ai-up-to-4b";
  return Number(size) <= 16 ? "fireworks-ai-4.1b-to-16b" : "fireworks-ai-above-16b";
}

const DATABRICKS_NAMES: readonly (readonly [start: string, priced: string])[] = [
  ["dbrx-instruct", "databricks-dbrx-instruct"],
  ["meta-llama-3.1-70b-instruct", "databricks-meta-llama-3-1-70b-instruct"],
  ["meta-llama-3.1-405b-instruct", "databricks-meta-llama-3-1-405b-instruct"],
  ["mixtral-8x7b-instruct-v0.1", "databricks-mixtral-8x7b-instruct"],
  ["bge-large-en", "databricks-bge-large-en"],
  ["gte-large-en", "databricks-gte-large-en"],
  ["llama-2-70b-chat", "databricks-llama-2-70b-chat"],
];

/** Databricks' endpoint names, as the map has them. */
export function databricksName(model: string): string {
  const bare = model.startsWith("databricks/") ? model.slice("databricks/".length) : model;
  return DATABRICKS_NAMES.find(([start]) => bare.startsWith(start))?.[1] ?? model;
}
