import { isObject, objectAt, shown } from "../json-value.ts";
import type { ModelGroups } from "../prices.ts";
import { readModelGroups } from "./model-groups.ts";
import type { PriceEntry } from "./price-entry.ts";
import { readEntry } from "./read-entry.ts";

export type PricesReading =
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, PriceEntry> }
  | { readonly kind: "groups"; readonly groups: ModelGroups }
  | { readonly kind: "problem"; readonly message: string };

/** Keys by which a file is LiteLLM's configuration rather than its price map. */
const CONFIGURATION = ["model_list", "model_group_alias", "router_settings"];

/**
 * What a user's prices file says: LiteLLM's price map in JSON or YAML (`model_prices_and_context_window.json`), or its
 * configuration with `model_list` and `model_group_alias` (also under `router_settings`). `file` is its name, for messages.
 */
export function readPrices(text: string, file: string): PricesReading {
  const parsed = parse(text);
  if (parsed.kind === "problem") return { kind: "problem", message: `Could not read ${file}: ${parsed.message}` };
  const { value } = parsed;
  if (!isObject(value)) {
    return problem(file, "", "LiteLLM's price map (model name: prices) or a configuration with model_list", value);
  }
  if (CONFIGURATION.some((key) => key in value)) return readConfiguration(value, file);
  const entries = new Map<string, PriceEntry>();
  for (const [name, given] of Object.entries(value)) {
    // LiteLLM's own file begins with an entry that only describes the others.
    if (name === "sample_spec") continue;
    const reading = readEntry(name, given);
    if (reading.kind === "problem") {
      const { key, expected, got } = reading.problem;
      return { kind: "problem", message: wrong(file, [name, key].filter(Boolean).join(" → "), expected, got) };
    }
    entries.set(name, reading.entry);
  }
  if (entries.size > 0) return { kind: "map", entries };
  return problem(file, "", "at least one model with prices", value);
}

function readConfiguration(value: Readonly<Record<string, unknown>>, file: string): PricesReading {
  const settings = objectAt(value, "router_settings");
  const reading = readModelGroups(value["model_list"], value["model_group_alias"] ?? settings?.["model_group_alias"]);
  if (reading.kind === "groups") return reading;
  const { key, expected, got } = reading.problem;
  return { kind: "problem", message: wrong(file, key, expected, got) };
}

type Parsed =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "problem"; readonly message: string };

function parse(text: string): Parsed {
  const isJson = text.trimStart().startsWith("{");
  try {
    return { kind: "value", value: isJson ? JSON.parse(text) : Bun.YAML.parse(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "problem", message: `it is not ${isJson ? "JSON" : "YAML"} (${reason})` };
  }
}

function problem(file: string, key: string, expected: string, got: unknown): PricesReading {
  return { kind: "problem", message: wrong(file, key, expected, shown(got)) };
}

function wrong(file: string, key: string, expected: string, got: string): string {
  return `${file}${key === "" ? "" : `: ${key}`} must be ${expected}, not ${got}`;
}
