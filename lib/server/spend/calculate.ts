import type { SpendSources } from "./declaration.ts";

/** Prices of `POST /spend/calculate`, read when they are first asked for; `extra` wins over the built-in price map. */
export function createCalculate(
  extra: () => Promise<Parameters<typeof import("../../prices/prices.ts").createPrices>> | undefined,
): SpendSources["calculate"] {
  const load = async () => {
    const { createPrices } = await import("../../prices/prices.ts");
    const { loadSnapshot } = await import("../../prices/snapshot.ts");
    const [maps = [], groups = []] = (await extra()) ?? [];
    return createPrices([await loadSnapshot(), ...maps], groups);
  };
  let prices: ReturnType<typeof load> | undefined;
  return async (body) => {
    prices ??= load();
    const { spendCalculate } = await import("../../prices/spend-calculate.ts");
    const { loadTokenizer } = await import("../../prices/tokenizer.ts");
    return spendCalculate(body, await prices, loadTokenizer);
  };
}
