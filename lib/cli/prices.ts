import { readFileSync } from "node:fs";
import type { Prices } from "../prices/prices.ts";

/** The built-in prices and those of the file that is set, which win; or one line that says what is wrong with it. */
export type PricesResult =
  | { readonly kind: "ready"; load(): Promise<Prices> }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the file of prices at once, so that a mistake in it ends the start; the built-in map is read when it is needed. */
export async function preparePrices(path: string | undefined): Promise<PricesResult> {
  if (path === undefined) return { kind: "ready", load: () => load(undefined) };
  const { readPrices } = await import("../prices/read-prices.ts");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "invalid", message: `Cannot read LITELLM_PULSE_PRICES_FILE ${path}: ${reason}` };
  }
  const reading = readPrices(text, path);
  if (reading.kind === "problem") return { kind: "invalid", message: reading.message };
  return { kind: "ready", load: () => load(reading) };
}

async function load(
  extra: Exclude<ReturnType<typeof import("../prices/read-prices.ts").readPrices>, { kind: "problem" }> | undefined,
): Promise<Prices> {
  const { createPrices } = await import("../prices/prices.ts");
  const { loadSnapshot } = await import("../prices/snapshot.ts");
  const snapshot = await loadSnapshot();
  if (extra === undefined) return createPrices([snapshot]);
  return extra.kind === "map" ? createPrices([snapshot, extra.entries]) : createPrices([snapshot], [extra.groups]);
}
