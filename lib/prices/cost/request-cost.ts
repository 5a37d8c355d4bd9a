import type { PriceMap } from "../map/price-map.ts";
import { togetherCategory } from "../names/model-parts.ts";
import { hasProvider, inferProvider } from "../names/provider.ts";
import type { Deployment, Prices } from "../prices.ts";
import type { Characters } from "../tokens/characters.ts";
import { genericCost } from "./generic-cost.ts";
import { type ProviderCost, providerCost } from "./provider-cost.ts";
import type { TokenUsage } from "./token-usage.ts";
import { webSearchCost } from "./web-search.ts";

/** A request that is to be priced. */
export type PricedRequest = {
  /** The model's name: a model group, or a name of the map with or without its provider's prefix. */
  readonly model: string;
  /** LiteLLM's name of the provider (`custom_llm_provider`), where it is known apart from the model. */
  readonly provider: string | null;
  readonly usage: TokenUsage;
  readonly serviceTier: string | null;
  /** Whether the answer cites pages that the provider searched for. */
  readonly hasCitations: boolean;
  readonly characters: Characters;
};

export type Cost = {
  readonly kind: "cost";
  /** US dollars. */
  readonly usd: number;
  /** Of these, what the tokens of the prompt cost. */
  readonly inputUsd: number;
  /** And those of the completion. */
  readonly outputUsd: number;
  /** The name of the entry that priced it. */
  readonly pricedAs: string;
};

/** The model that no price was found for: what the group stands for, else what was asked for. */
export type Unpriced = { readonly kind: "unpriced"; readonly model: string };

/**
 * What a request cost in US dollars, or that it has no price. A model group's own prices win; else it is what LiteLLM
 * 1.82.6 `completion_cost` gives for the model that the group, or the name itself, stands for.
 */
export function requestCost(request: PricedRequest, prices: Prices): Cost | Unpriced {
  const deployment = prices.deployment(request.model);
  if (deployment?.prices) {
    const { input, output } = genericCost(deployment.prices, request.usage, request.serviceTier);
    return { kind: "cost", usd: input + output, inputUsd: input, outputUsd: output, pricedAs: deployment.prices.key };
  }
  const provider = deployment === undefined ? request.provider : providerOf(deployment, prices.map);
  for (const name of namesOf(request, deployment)) {
    const found = mapCost(name, { ...request, provider }, prices.map);
    if (found === undefined) continue;
    const { cost } = found;
    const searches = webSearchCost(cost.entry, found.provider, request.usage, request.hasCitations);
    const usd = cost.input + cost.output + searches;
    return { kind: "cost", usd, inputUsd: cost.input, outputUsd: cost.output, pricedAs: cost.entry.key };
  }
  return { kind: "unpriced", model: deployment?.model ?? request.model };
}

/** A deployment's base model prices it; its own name does where that has none. */
function namesOf({ model }: PricedRequest, deployment: Deployment | undefined): readonly string[] {
  if (deployment === undefined) return [model];
  return deployment.baseModel === null ? [deployment.model] : [deployment.baseModel, deployment.model];
}

/** A base model is one of the deployment's provider, whatever it is called elsewhere. */
function providerOf({ model, provider, baseModel }: Deployment, map: PriceMap): string | null {
  return provider ?? (baseModel === null ? null : (inferProvider(model, map)?.provider ?? null));
}

type MapCost = { readonly cost: ProviderCost; readonly provider: string };

function mapCost(name: string, request: PricedRequest, map: PriceMap): MapCost | undefined {
  const { usage, serviceTier, characters } = request;
  const prefixed = request.provider === null || hasProvider(name) ? name : `${request.provider}/${name}`;
  const found =
    request.provider === null ? inferProvider(prefixed, map) : { model: prefixed, provider: request.provider };
  if (found === undefined) return undefined;
  const { provider } = found;
  const isTogether = provider === "together_ai" || /together_ai|togethercomputer/.test(found.model);
  const model = isTogether ? togetherCategory(found.model) : found.model;
  // An unlisted model of Replicate is billed by its running time, which a request does not tell.
  if (!isTogether && model.includes("replicate") && map.exact(model) === undefined) return undefined;
  // Some names of Azure's are known with their prefix only, which the first attempt has taken off.
  const cost =
    providerCost({ model, provider, usage, serviceTier, characters }, map) ??
    (name === model || isTogether
      ? undefined
      : providerCost({ model: name, provider, usage, serviceTier, characters }, map));
  return cost && { cost, provider };
}
