import { describe, expect, test } from "bun:test";
import { requestCost } from "../../lib/prices/cost/request-cost.ts";
import { readUsage, type TokenUsage } from "../../lib/prices/cost/token-usage.ts";
import { spendCalculate } from "../../lib/prices/spend-calculate.ts";
import { NO_CHARACTERS } from "../../lib/prices/tokens/characters.ts";
import { loadTokenizer } from "../../lib/prices/tokens/tokenizer.ts";
import {
  type RecordedMessages,
  type RecordedResponse,
  recordedJson,
  recordedText,
  snapshotPrices,
} from "./recorded.ts";

const prices = await snapshotPrices();
const tokenizer = await loadTokenizer();
const calculate = (body: unknown) => spendCalculate(body, prices, async () => tokenizer);

/** Cost, or null where there is none, for comparison with what was recorded. */
async function costOf(body: unknown): Promise<number | null> {
  const result = await calculate(body);
  return result.kind === "cost" ? result.cost : null;
}

function usageOf(value: unknown): TokenUsage {
  const reading = readUsage(value);
  if (reading.kind === "invalid") throw new Error(reading.message);
  return reading.usage;
}

function isSame(ours: number | null, theirs: number | null): boolean {
  return ours === null || theirs === null ? ours === theirs : Math.abs(ours - theirs) <= 1e-12;
}

describe("the cost of a response equals LiteLLM's own completion_cost", async () => {
  test.each(["responses.json", "random-responses.json"])("in every case of %s, to 1e-12", async (name) => {
    const recorded = await recordedJson<RecordedResponse[]>(name);
    expect(recorded.length).toBeGreaterThan(250);
    const different: unknown[] = [];
    for (const { body, cost } of recorded) {
      const ours = await costOf({ completion_response: body });
      if (!isSame(ours, cost)) different.push({ body, litellm: cost, ours });
    }
    expect(different).toEqual([]);
  });

  test("for every name of its map, with and without the provider's prefix", async () => {
    const usages = (await recordedJson<unknown[]>("every-model.json")).map((usage) => usageOf(usage));
    const lines = (await recordedText("every-model.tsv")).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(3000);
    const different: unknown[] = [];
    for (const line of lines) {
      const [model = "", ...costs] = line.split("\t");
      for (const [index, usage] of usages.entries()) {
        const theirs = costs[index] ? Number(costs[index]) : null;
        const request = {
          model,
          provider: null,
          usage,
          serviceTier: null,
          hasCitations: false,
          characters: NO_CHARACTERS,
        };
        const result = requestCost(request, prices);
        const ours = result.kind === "cost" ? result.usd : null;
        if (!isSame(ours, theirs)) different.push({ model, usage: index, litellm: theirs, ours });
      }
    }
    expect(different).toEqual([]);
  });
});

describe("the cost of messages equals LiteLLM's own completion_cost", async () => {
  const recorded = await recordedJson<RecordedMessages[]>("messages.json");

  test.each(recorded.map((each) => [each.case, each] as const))("%s", async (_, { model, messages, cost }) => {
    const ours = await costOf({ model, messages });
    expect({ same: isSame(ours, cost), ours, litellm: cost }).toEqual({ same: true, ours, litellm: cost });
  });
});

describe("an estimate says that it is one", () => {
  const chat = (content: unknown) => [{ role: "user", content }];
  const high = (url: string) => chat([{ type: "image_url", image_url: { url, detail: "high" } }]);

  test.each([
    ["a text", "gpt-4o", chat("Hi"), false],
    ["a model whose tokenizer LiteLLM would fetch", "groq/llama-3.3-70b-versatile", chat("Hi"), true],
    ["Llama 3 in another spelling", "together_ai/meta-llama/Llama-3-70b-chat-hf", chat("Hi"), true],
    ["Llama 2", "replicate/meta/llama-2-70b-chat", chat("Hi"), true],
    ["an image that would have to be fetched", "gpt-4o", high("https://x.example/a.png"), true],
    ["a run of letters without end", "gpt-4o", chat("a".repeat(5000)), true],
    ["a byte order mark", "gpt-4o", chat("\ufeffHi"), true],
  ])("%s", async (_, model, messages, estimated) => {
    expect(await calculate({ model, messages })).toMatchObject({ kind: "cost", estimated });
  });

  test("a long run is counted in bounded time and close to its length", async () => {
    const result = await calculate({ model: "gpt-4o", messages: chat("a".repeat(400_000)) });
    // Eight letters a token, 2.5 USD a million tokens.
    expect(result).toMatchObject({ kind: "cost", estimated: true });
    expect(result.kind === "cost" ? result.cost : 0).toBeCloseTo((400_000 / 8) * 2.5e-6, 3);
  });
});

describe("a request that cannot be priced says why", () => {
  test.each([
    [{}, "Bad Request - Either 'model' or 'completion_response' must be provided"],
    [{ model: "gpt-4o" }, "Bad Request - messages must be provided if 'model' is provided"],
    [[], "Bad Request - the body must be a JSON object"],
    [{ model: 3, messages: [] }, "Bad Request - model must be the name of a model"],
    [{ model: "gpt-4o", messages: "Hi" }, "Bad Request - messages must be a list of messages"],
    [{ completion_response: "x" }, "Bad Request - completion_response must be an object"],
    [{ completion_response: {} }, "Bad Request - completion_response must have a model"],
    [
      { completion_response: { model: "gpt-4o", usage: { prompt_tokens: 1.5 } } },
      "Bad Request - completion_response.usage.prompt_tokens must be a whole number of tokens",
    ],
    [{ model: "gpt-4o", messages: ["Hi"] }, "Bad Request - messages[0] must be an object with role and content"],
  ])("%j", async (body, message) => {
    expect(await calculate(body)).toEqual({ kind: "invalid", message });
  });

  test("a model without a price comes with the names that look like it, and without loading the tokenizer", async () => {
    const unloaded = () => Promise.reject(new Error("the tokenizer was loaded"));
    const body = { model: "anthropic.claude-v2", messages: [] };
    const result = await spendCalculate(body, prices, unloaded);
    expect(result).toMatchObject({ kind: "unpriced", model: "anthropic.claude-v2" });
    expect(result.kind === "unpriced" ? result.message : "").toContain(
      "No price is known for the model anthropic.claude-v2; the closest names are ",
    );
    expect(await calculate({ completion_response: { model: "gtp-4o-mini" } })).toMatchObject({
      message: expect.stringContaining("gpt-4o-mini"),
    });
  });

  test("a value nested without end is refused as any other", async () => {
    const deep: unknown = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    expect(await calculate({ model: deep, messages: [] })).toMatchObject({ kind: "invalid" });
    expect(await calculate({ model: "gpt-4o", messages: deep })).toMatchObject({ kind: "invalid" });
    expect(await calculate({ completion_response: { model: "gpt-4o", usage: deep } })).toMatchObject({
      kind: "invalid",
    });
  });

  test("the usage of the Responses API counts, which LiteLLM's own route takes for nothing", async () => {
    const usage = { input_tokens: 1000, output_tokens: 500, input_tokens_details: { cached_tokens: 1000 } };
    const result = await calculate({ completion_response: { model: "gpt-4o", usage } });
    expect(result).toEqual({ kind: "cost", cost: 0.00625, estimated: false });
  });
});
