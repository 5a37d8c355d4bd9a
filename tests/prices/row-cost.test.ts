import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createPrices } from "../../lib/prices/prices.ts";
import { type PricedRow, rowCost } from "../../lib/prices/row-cost.ts";
import { loadSnapshot } from "../../lib/prices/snapshot.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

const prices = createPrices([await loadSnapshot()]);
const EMPTY: PricedRow = {
  model: "gpt-4o",
  modelGroup: null,
  provider: null,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

function usd(row: Partial<PricedRow>): number {
  const cost = rowCost({ ...EMPTY, ...row }, prices);
  return cost.kind === "cost" ? cost.usd : Number.NaN;
}

/** Models whose price per token does not depend on how long a prompt is, and whose cached tokens are not dearer. */
const FLAT = ["gpt-4o", "gpt-5-mini", "groq/llama-3.3-70b-versatile", "deepseek/deepseek-chat", "claude-haiku-4-5"];
const flatModel = fc.constantFrom(...FLAT);
const tokens = fc.nat({ max: 10_000_000 });

describe("what a row of the ledger should have cost", () => {
  test("is the same whether its model has the provider's prefix or its provider beside it", () => {
    const row = { promptTokens: 1000, completionTokens: 500 };
    expect(usd({ ...row, model: "azure/gpt-4o", provider: "azure" })).toBe(0.0075);
    expect(usd({ ...row, model: "gpt-4o", provider: "azure" })).toBe(0.0075);
    expect(usd({ ...row, model: "llama-3.3-70b-versatile", provider: "groq" })).toBeCloseTo(0.000985, 12);
  });

  test("takes cached, written and reasoning tokens at their own rates", () => {
    expect(usd({ promptTokens: 1000, cachedTokens: 1000 })).toBeCloseTo(0.00125, 12);
    const claude = { model: "claude-sonnet-4-5", promptTokens: 1000 };
    expect(usd({ ...claude, cacheWriteTokens: 1000 })).toBeCloseTo(0.00375, 12);
    expect(usd({ ...claude, cachedTokens: 600, cacheWriteTokens: 300 })).toBeCloseTo(0.001605, 12);
    expect(usd({ model: "perplexity/sonar-deep-research", completionTokens: 10, reasoningTokens: 10 })).toBeCloseTo(
      0.00011,
      12,
    );
  });

  test("is not known for a model without a price", () => {
    expect(rowCost({ ...EMPTY, model: "nobody/knows" }, prices)).toEqual({ kind: "unpriced", model: "nobody/knows" });
    expect(rowCost({ ...EMPTY, model: "" }, prices).kind).toBe("unpriced");
  });

  test("is not said to be nothing where tokens are not what is billed", () => {
    const row = { ...EMPTY, promptTokens: 10 };
    expect(rowCost({ ...row, model: "whisper-1", provider: "openai" }, prices)).toEqual({
      kind: "other-units",
      model: "whisper-1",
    });
    expect(rowCost({ ...row, model: "ollama/mine", provider: "ollama" }, prices)).toMatchObject({
      kind: "cost",
      usd: 0,
    });
    expect(rowCost({ ...EMPTY, model: "text-embedding-3-small" }, prices)).toMatchObject({ kind: "cost", usd: 0 });
    expect(rowCost({ ...EMPTY, model: "gpt-4o-transcribe" }, prices)).toMatchObject({ kind: "cost", usd: 0 });
  });

  test(
    "adds up over requests of one model, and grows with every token",
    () => {
      fc.assert(
        fc.property(flatModel, tokens, tokens, tokens, tokens, (model, promptA, promptB, completionA, completionB) => {
          const a = usd({ model, promptTokens: promptA, completionTokens: completionA });
          const b = usd({ model, promptTokens: promptB, completionTokens: completionB });
          const both = usd({ model, promptTokens: promptA + promptB, completionTokens: completionA + completionB });
          expect(Math.abs(a + b - both)).toBeLessThanOrEqual(1e-12 * Math.max(1, both));
          expect(usd({ model, promptTokens: promptA + 1, completionTokens: completionA })).toBeGreaterThan(a);
          expect(usd({ model, promptTokens: promptA, completionTokens: completionA + 1 })).toBeGreaterThan(a);
        }),
        propertyRuns(300),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is never more with cached tokens than without",
    () => {
      fc.assert(
        fc.property(flatModel, tokens, fc.double({ min: 0, max: 1, noNaN: true }), (model, promptTokens, share) => {
          const cachedTokens = Math.floor(promptTokens * share);
          expect(usd({ model, promptTokens, cachedTokens })).toBeLessThanOrEqual(usd({ model, promptTokens }) + 1e-12);
        }),
        propertyRuns(300),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is a finite number for every model of the map, whatever the tokens",
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...prices.names),
          fc.record({ promptTokens: tokens, completionTokens: tokens, cachedTokens: tokens, reasoningTokens: tokens }),
          (model, row) => {
            const provider = prices.map.exact(model)?.provider ?? null;
            const cost = rowCost({ ...EMPTY, ...row, model, provider }, prices);
            if (cost.kind === "cost") expect(Number.isFinite(cost.usd)).toBe(true);
          },
        ),
        propertyRuns(1000),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
