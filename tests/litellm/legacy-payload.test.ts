import { expect, test } from "bun:test";
import { readSpendRecord } from "../../lib/litellm/spend-record.ts";

const LEGACY = {
  ...{ id: "chatcmpl-1", call_type: "acompletion", cache_hit: "None", model: "gpt-4o", user: "", cost: "0.00045" },
  ...{ startTime: "2026-11-21 20:34:57.337201", endTime: "2026-11-21 20:34:58.337201", messages: "[]" },
  usage:
    "Usage(completion_tokens=20, prompt_tokens=100, total_tokens=120, completion_tokens_details=None, prompt_tokens_details=PromptTokensDetailsWrapper(cached_tokens=64))",
  metadata:
    "{'user_api_key': '5f44a23c', 'user_api_key_alias': \"it's\", 'user_api_key_team_id': 'research', 'user_api_key_user_id': None, 'model_group': 'smart'}",
};

test("a payload of generic_api_use_v1, whose values are Python's texts, costs what it says", () => {
  expect(readSpendRecord(LEGACY)).toMatchObject({
    kind: "record",
    record: {
      ...{ identity: "chatcmpl-1", spend: 0.00045, promptTokens: 100, completionTokens: 20, totalTokens: 120 },
      ...{ model: "gpt-4o", modelGroup: "smart", key: "5f44a23c", team: "research", user: "", latencyMs: 1000 },
      ...{ startedAt: Date.UTC(2026, 10, 21, 20, 34, 57, 337), isFailure: false, cache: "silent" },
    },
  });
});

test("one whose usage is a dictionary, without metadata and without a price, is a request all the same", () => {
  const usage = "{'prompt_tokens': 7, 'total_tokens': 7}";
  expect(readSpendRecord({ ...LEGACY, usage, metadata: "{}", cost: "None" })).toMatchObject({
    record: { spend: 0, promptTokens: 7, completionTokens: 0, totalTokens: 7, key: "", modelGroup: "" },
  });
});
