import { describe, expect, test } from "bun:test";
import { requestCost } from "../../../lib/prices/cost/request-cost.ts";
import { plainUsage } from "../../../lib/prices/cost/token-usage.ts";
import { readPrices } from "../../../lib/prices/map/read-prices.ts";
import { createPrices, type ModelGroups, type Prices } from "../../../lib/prices/prices.ts";
import { loadSnapshot } from "../../../lib/prices/snapshot.ts";
import { NO_CHARACTERS } from "../../../lib/prices/tokens/characters.ts";

const snapshot = await loadSnapshot();

function groupsOf(text: string): ModelGroups {
  const reading = readPrices(text, "config.yaml");
  if (reading.kind !== "groups") throw new Error(JSON.stringify(reading));
  return reading.groups;
}

/** USD of a thousand tokens in and five hundred out, and what priced them. */
function cost(model: string, prices: Prices) {
  const request = {
    model,
    provider: null,
    usage: plainUsage(1000, 500),
    serviceTier: null,
    hasCitations: false,
    characters: NO_CHARACTERS,
  };
  const result = requestCost(request, prices);
  return result.kind === "cost" ? [Number(result.usd.toPrecision(12)), result.pricedAs] : result.kind;
}

describe("a newer map", () => {
  const text = JSON.stringify({
    sample_spec: { input_cost_per_token: "a description" },
    "gpt-4o": { litellm_provider: "openai", mode: "chat", input_cost_per_token: "1e-6", output_cost_per_token: 2e-6 },
    "gpt-9": {
      litellm_provider: "openai",
      input_cost_per_token: 1e-6,
      output_cost_per_token: 1e-6,
      input_cost_per_token_above_512_tokens: 1e-3,
      input_cost_per_token_above_1k_tokens: 1e-2,
    },
  });
  const reading = readPrices(text, "prices.json");
  const prices = createPrices([snapshot, reading.kind === "map" ? reading.entries : new Map()]);

  test("replaces and adds whole entries, also with prices written as text", () => {
    expect(cost("gpt-4o", prices)).toEqual([0.002, "gpt-4o"]);
    expect(cost("gpt-4o-mini", prices)).toEqual([0.00045, "gpt-4o-mini"]);
  });

  test("may have thresholds that the built-in one does not know; the highest one that is exceeded counts", () => {
    expect(cost("gpt-9", prices)).toEqual([1.0005, "gpt-9"]);
  });
});

describe("LiteLLM's configuration", () => {
  const prices = createPrices(
    [snapshot],
    [
      groupsOf(`
model_list:
  - model_name: house-model
    litellm_params: { model: openai/some-model, input_cost_per_token: 3e-7, output_cost_per_token: 0.000001 }
  - model_name: by-info
    litellm_params: { model: hosted_vllm/qwen }
    model_info: { input_cost_per_token: 1e-6, output_cost_per_token: 0 }
  - model_name: input-only
    litellm_params: { model: gpt-4o, input_cost_per_token: 1e-6 }
  - model_name: gpt-4o
    litellm_params: { model: azure/my-deployment }
    model_info: { base_model: gpt-4o-mini }
  - model_name: plain
    litellm_params: { model: anthropic/claude-haiku-4-5 }
  - model_name: twice
    litellm_params: { model: gpt-4o }
  - model_name: twice
    litellm_params: { model: gpt-4o-mini }
  - model_name: lost
    litellm_params: { model: azure/nobody-knows }
router_settings:
  model_group_alias:
    short: house-model
    hidden: { model: plain, hidden: true }
`),
    ],
  );

  test.each([
    ["house-model", [0.0008, "house-model"]],
    ["by-info", [0.001, "by-info"]],
    ["input-only", [0.001, "input-only"]],
    ["gpt-4o", [0.000495, "azure/gpt-4o-mini"]],
    ["plain", [0.0035, "claude-haiku-4-5"]],
    ["twice", [0.00045, "gpt-4o-mini"]],
    ["short", [0.0008, "house-model"]],
    ["hidden", [0.0035, "claude-haiku-4-5"]],
    ["gpt-4.1", [0.006, "gpt-4.1"]],
    ["lost", "unpriced"],
  ] as const)("prices %s", (model, expected) => {
    expect(cost(model, prices)).toEqual(expected as never);
  });
});

describe("what is wrong in a file is said with file, key and what is expected", () => {
  test.each([
    ["[1, 2]", "LiteLLM's price map (model name: prices) or a configuration with model_list, not [1,2]"],
    ["{", "it is not JSON"],
    ["a: [", "it is not YAML"],
    ["{}", "at least one model with prices"],
    ['{"m": 3}', "f: m must be an object with prices, not 3"],
    [
      '{"m": {"input_cost_per_token": "cheap"}}',
      'f: m → input_cost_per_token must be a number of US dollars, not "cheap"',
    ],
    ['{"m": {"tiered_pricing": [{"range": [1]}]}}', "f: m → tiered_pricing must be a list of"],
    ["model_list: 3", "f: model_list must be a list of deployments, not 3"],
    ["model_list: [{model_name: a}]", "f: model_list[0].litellm_params.model must be the model that is called"],
    ["model_list: [{litellm_params: {model: a}}]", "f: model_list[0].model_name must be the name that clients ask for"],
    [
      "model_list: [{model_name: a, litellm_params: {model: a, input_cost_per_token: os.environ/PRICE}}]",
      "f: model_list[0].litellm_params.input_cost_per_token must be a number of US dollars",
    ],
    [
      "model_list: [{model_name: a, litellm_params: {model: a}, model_info: {output_cost_per_token: [1]}}]",
      "f: model_list[0].model_info.output_cost_per_token must be a number of US dollars, not [1]",
    ],
    ["model_group_alias: {a: 1}", "f: model_group_alias.a must be the name of a model group, not 1"],
  ])("%s", (text, expected) => {
    const reading = readPrices(text, "f");
    expect(reading.kind).toBe("problem");
    expect(reading.kind === "problem" ? reading.message : "").toContain(expected);
  });
});
