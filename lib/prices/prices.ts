import type { PriceEntry } from "./map/price-entry.ts";
import { type PriceMap, priceMap } from "./map/price-map.ts";

/** One deployment of LiteLLM's `model_list`, as far as it bears on the price. */
export type Deployment = {
  /** `litellm_params.model`, with its provider's prefix as it was written. */
  readonly model: string;
  /** `litellm_params.custom_llm_provider`. */
  readonly provider: string | null;
  /** `model_info.base_model`: what prices a deployment whose own name says nothing (Azure). */
  readonly baseModel: string | null;
  /** Prices of its own (`litellm_params` before `model_info`), which replace those of the map; null where it has none. */
  readonly prices: PriceEntry | null;
};

/** LiteLLM's `model_list` and `model_group_alias`, by the names that a client asks for. */
export type ModelGroups = {
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly aliases: ReadonlyMap<string, string>;
};

/** What there is to price a request by. */
export type Prices = {
  readonly map: PriceMap;
  /** The deployment behind a model group or its alias, or undefined. */
  deployment(group: string): Deployment | undefined;
  /** Every name that has a price. */
  readonly names: readonly string[];
};

/** Prices from maps, a later one before an earlier one, and model groups, which win over maps in the same way. */
export function createPrices(
  maps: readonly ReadonlyMap<string, PriceEntry>[],
  groups: readonly ModelGroups[] = [],
): Prices {
  const map = priceMap(maps);
  const deployments = new Map(groups.flatMap((group) => [...group.deployments]));
  const aliases = new Map(groups.flatMap((group) => [...group.aliases]));
  return {
    map,
    deployment: (name) => deployments.get(aliases.get(name) ?? name),
    names: [...new Set([...deployments.keys(), ...aliases.keys(), ...map.names])],
  };
}
