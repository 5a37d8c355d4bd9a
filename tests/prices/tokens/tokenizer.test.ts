import { expect, test } from "bun:test";
import { loadTokenizer } from "../../../lib/prices/tokens/tokenizer.ts";
import { recordedJson } from "../recorded.ts";

test("texts in many scripts have as many tokens as LiteLLM counts", async () => {
  const tokenizer = await loadTokenizer();
  const recorded = await recordedJson<[text: string, tokens: number][]>("tokens.json");
  expect(recorded.length).toBe(600);
  const ours = recorded.map(([text]) => [text, tokenizer.count(text)] as const);
  expect(ours).toEqual(recorded.map(([text, tokens]) => [text, { tokens, isEstimated: false }]));
});
