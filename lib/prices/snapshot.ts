import snapshotPath from "./litellm-1.82.6.txt" with { type: "file" };
import type { PriceEntry } from "./map/price-entry.ts";
import { readPrices } from "./map/read-prices.ts";

/**
 * LiteLLM 1.82.6's bundled price map, from the text that is built into the binary. Nothing is read before the first call,
 * which takes some milliseconds; the caller keeps what it gets. tests/fixtures/prices/make-snapshot.py makes it anew.
 */
export async function loadSnapshot(): Promise<ReadonlyMap<string, PriceEntry>> {
  const reading = readPrices(await Bun.file(snapshotPath).text(), "LiteLLM's price map");
  if (reading.kind === "map") return reading.entries;
  throw new Error(`The built-in price map is damaged: ${reading.kind}`);
}
