import { isObject, type JsonObject, numberOf, shown } from "../json-value.ts";
import type { PriceEntry, PriceTier } from "./price-entry.ts";

/** What is wrong in an entry: the key, what is expected there and what came. */
export type EntryProblem = { readonly key: string; readonly expected: string; readonly got: string };

export type EntryReading =
  | { readonly kind: "entry"; readonly entry: PriceEntry }
  | { readonly kind: "problem"; readonly problem: EntryProblem };

const PRICE = "a number of US dollars";

/**
 * One entry of a price map in LiteLLM's shape (`model_prices_and_context_window.json`, 1.82.6). Only what bears on the
 * price is kept; a field that is absent or null is not priced. `key` names the model.
 */
export function readEntry(key: string, value: unknown): EntryReading {
  if (!isObject(value)) return problem("", "an object with prices", value);
  const rates = new Map<string, number>();
  for (const [field, given] of Object.entries(value)) {
    if (!isRate(field) || given === null) continue;
    const usd = numberOf(given);
    if (usd === undefined) return problem(field, PRICE, given);
    rates.set(field, usd);
  }
  const tiers = readTiers(value["tiered_pricing"]);
  if (tiers !== null && "kind" in tiers) return tiers;
  const searchContext = readNumbers(value["search_context_cost_per_query"]);
  if (searchContext === undefined) {
    return problem("search_context_cost_per_query", "prices by search_context_size", value);
  }
  const { litellm_provider: provider, mode } = value;
  return {
    kind: "entry",
    entry: {
      key,
      provider: typeof provider === "string" ? provider : null,
      mode: typeof mode === "string" ? mode : null,
      rates,
      tiers,
      searchContext,
      multipliers: readNumbers(value["provider_specific_entry"]) ?? new Map(),
    },
  };
}

/** Whether a field holds one price: the set grows with LiteLLM, the way of naming does not. */
export function isRate(field: string): boolean {
  return /_cost(_|$)/.test(field) && field !== "search_context_cost_per_query";
}

function readTiers(value: unknown): readonly PriceTier[] | null | (EntryReading & { kind: "problem" }) {
  if (value === undefined || value === null) return null;
  const expected = 'a list of {"range": [from, to], <price>: <number>}';
  if (!Array.isArray(value)) return problem("tiered_pricing", expected, value);
  const tiers: PriceTier[] = [];
  for (const step of value) {
    const range: unknown = isObject(step) ? step["range"] : undefined;
    if (range === undefined) continue;
    const [from, to] = Array.isArray(range) && range.length === 2 ? range.map(numberOf) : [];
    if (from === undefined || to === undefined) return problem("tiered_pricing", expected, step);
    tiers.push({ from, to, rates: readNumbers(step) ?? new Map() });
  }
  return tiers.length === 0 ? null : tiers.sort((a, b) => a.from - b.from);
}

/** The numbers of an object by key; null where there is no object, undefined where it is something else. */
function readNumbers(value: unknown): ReadonlyMap<string, number> | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return undefined;
  return new Map(numbersIn(value));
}

function* numbersIn(object: JsonObject): Generator<[string, number]> {
  for (const [key, value] of Object.entries(object)) {
    const number = numberOf(value);
    if (number !== undefined) yield [key, number];
  }
}

function problem(key: string, expected: string, got: unknown): EntryReading & { kind: "problem" } {
  return { kind: "problem", problem: { key, expected, got: shown(got) } };
}
