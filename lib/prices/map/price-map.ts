import type { PriceEntry } from "./price-entry.ts";

/** Prices by model name, found whatever the case. */
export type PriceMap = {
  /** The entry of exactly this name. */
  exact(name: string): PriceEntry | undefined;
  /** The entry of this name, else the last one whose name differs in case only (LiteLLM's `_get_model_cost_key`). */
  find(name: string): PriceEntry | undefined;
  readonly names: readonly string[];
};

/** Makes the entries of several maps one; a later map's entry replaces an earlier one of the same name as a whole. */
export function priceMap(layers: Iterable<ReadonlyMap<string, PriceEntry>>): PriceMap {
  const all = new Map<string, PriceEntry>();
  for (const layer of layers) for (const [name, entry] of layer) all.set(name, entry);
  const byLowerCase = new Map<string, PriceEntry>();
  for (const [name, entry] of all) byLowerCase.set(name.toLowerCase(), entry);
  return {
    exact: (name) => all.get(name),
    find: (name) => all.get(name) ?? byLowerCase.get(name.toLowerCase()),
    names: [...all.keys()],
  };
}
