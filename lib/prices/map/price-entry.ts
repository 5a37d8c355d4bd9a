/** A step of `tiered_pricing`: rates in USD per token for the tokens from `from` up to `to`. */
export type PriceTier = { readonly from: number; readonly to: number; readonly rates: ReadonlyMap<string, number> };

/** What LiteLLM's price map says of one model; rates are USD per unit, by LiteLLM's own field names. */
export type PriceEntry = {
  /** The map's own spelling of the name, or the model group that a configuration names. */
  readonly key: string;
  /** `litellm_provider`, such as `openai` or `vertex_ai-language-models`; null where a hand-written entry has none. */
  readonly provider: string | null;
  readonly mode: string | null;
  readonly rates: ReadonlyMap<string, number>;
  /** `tiered_pricing` in ascending order, or null. */
  readonly tiers: readonly PriceTier[] | null;
  /** `search_context_cost_per_query` by size, or null. */
  readonly searchContext: ReadonlyMap<string, number> | null;
  /** `provider_specific_entry`: multipliers by region or speed. */
  readonly multipliers: ReadonlyMap<string, number>;
};

/** Suffixes by which the map names the rates of OpenAI's and Google's service tiers. */
const SERVICE_TIERS: readonly string[] = ["flex", "priority"];

/** A rate as it stands in the entry, or undefined. */
export function ownRate(entry: PriceEntry, field: string): number | undefined {
  return entry.rates.get(field);
}

/** A rate, that of the standard tier where a service tier has none of its own, else `otherwise` (`_get_cost_per_unit`). */
export function rateOr<Otherwise>(entry: PriceEntry, field: string, otherwise: Otherwise): number | Otherwise {
  const own = entry.rates.get(field);
  if (own !== undefined) return own;
  const tier = SERVICE_TIERS.find((name) => field.includes(`_${name}`));
  return (tier === undefined ? undefined : entry.rates.get(field.replaceAll(`_${tier}`, ""))) ?? otherwise;
}

/** A rate or 0. */
export function rate(entry: PriceEntry, field: string): number {
  return rateOr(entry, field, 0);
}

/** The field's name in a service tier; tiers without rates of their own are billed as the standard one. */
export function tierField(field: string, serviceTier: string | null): string {
  const tier = serviceTier?.toLowerCase();
  return tier !== undefined && SERVICE_TIERS.includes(tier) ? `${field}_${tier}` : field;
}

/** An entry without a price, for models that cost nothing because they run at home. */
export function freeEntry(key: string, provider: string): PriceEntry {
  return { key, provider, mode: "chat", rates: new Map(), tiers: null, searchContext: null, multipliers: new Map() };
}
