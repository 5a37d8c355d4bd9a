import { expect, test } from "bun:test";
import { requestCost } from "../../lib/prices/cost/request-cost.ts";
import { readUsage } from "../../lib/prices/cost/token-usage.ts";
import { isObject, textAt } from "../../lib/prices/json-value.ts";
import { readPrices } from "../../lib/prices/map/read-prices.ts";
import { createPrices } from "../../lib/prices/prices.ts";
import { loadSnapshot } from "../../lib/prices/snapshot.ts";
import { NO_CHARACTERS } from "../../lib/prices/tokens/characters.ts";
import { recordedText } from "./recorded.ts";

test("every row that a proxy booked costs what it booked, by its map and its configuration", async () => {
  const configuration = readPrices(await recordedText("litellm-config.yaml"), "litellm-config.yaml");
  if (configuration.kind !== "groups") throw new Error(`read as ${configuration.kind}`);
  const prices = createPrices([await loadSnapshot()], [configuration.groups]);
  const different: unknown[] = [];
  let priced = 0;
  for (const line of (await recordedText("booked-rows.jsonl")).trimEnd().split("\n")) {
    const row: unknown = JSON.parse(line);
    if (!isObject(row)) throw new Error(line);
    const usage = readUsage(row["usage"]);
    if (usage.kind === "invalid") throw new Error(usage.message);
    const model = textAt(row, "model_group") ?? textAt(row, "model") ?? "";
    const provider = textAt(row, "custom_llm_provider");
    const request = {
      model,
      provider,
      usage: usage.usage,
      serviceTier: null,
      hasCitations: false,
      characters: NO_CHARACTERS,
    };
    const cost = requestCost(request, prices);
    const usd = cost.kind === "cost" ? cost.usd : null;
    if (usd === null || Math.abs(usd - Number(row["spend"])) > 1e-12)
      different.push({ model, spend: row["spend"], usd });
    priced++;
  }
  expect(priced).toBeGreaterThan(200);
  expect(different).toEqual([]);
});
