import type { Prices } from "../../prices/prices.ts";
import type { LoneSources } from "./declaration.ts";

/** Prices requests by what `load` gives, which is called when the first one is asked for. */
export function createCalculate(load: () => Promise<Prices>): LoneSources["calculate"] {
  let prices: Promise<Prices> | undefined;
  return async (body) => {
    prices ??= load();
    const { spendCalculate } = await import("../../prices/spend-calculate.ts");
    const { loadTokenizer } = await import("../../prices/tokens/tokenizer.ts");
    return spendCalculate(body, await prices, loadTokenizer);
  };
}
