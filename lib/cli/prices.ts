import { readFileSync } from "node:fs";
import type { PricesReading } from "../prices/map/read-prices.ts";
import type { Prices } from "../prices/prices.ts";

/** The built-in prices and those of the files that are set, which win; or one line that says what is wrong with one. */
export type PricesResult =
  | { readonly kind: "ready"; load(): Promise<Prices> }
  | { readonly kind: "invalid"; readonly message: string };

type Known = Exclude<PricesReading, { kind: "problem" }>;

/**
 * Reads the files of prices at once, so that a mistake in one ends the start; the built-in map is read when it is needed.
 * A later file wins over an earlier one.
 */
export async function preparePrices(paths: readonly string[] = []): Promise<PricesResult> {
  if (paths.length === 0) return { kind: "ready", load: () => load([]) };
  const { readPrices } = await import("../prices/map/read-prices.ts");
  const known: Known[] = [];
  for (const path of paths) {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "invalid", message: `Cannot read LITELLM_PULSE_PRICES_FILE ${path}: ${reason}` };
    }
    const reading = readPrices(text, path);
    if (reading.kind === "problem") return { kind: "invalid", message: reading.message };
    known.push(reading);
  }
  return { kind: "ready", load: () => load(known) };
}

async function load(files: readonly Known[]): Promise<Prices> {
  const { createPrices } = await import("../prices/prices.ts");
  const { loadSnapshot } = await import("../prices/snapshot.ts");
  const maps = files.flatMap((file) => (file.kind === "map" ? [file.entries] : []));
  const groups = files.flatMap((file) => (file.kind === "groups" ? [file.groups] : []));
  return createPrices([await loadSnapshot(), ...maps], groups);
}
