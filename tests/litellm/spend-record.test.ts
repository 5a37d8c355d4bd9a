import { describe, expect, test } from "bun:test";
import { readSpendRecord, type SpendRecord } from "../../lib/litellm/spend-record.ts";

const ROW = { request_id: "r", startTime: "2026-11-09T00:00:00", endTime: "2026-11-09T00:00:01.5", spend: 0.5 };
const AT = Date.UTC(2026, 10, 9);

function recordOf(value: unknown): SpendRecord {
  const reading = readSpendRecord(value);
  if (reading.kind === "bad") throw new Error(reading.reason);
  return reading.record;
}

describe("a row of the spend log", () => {
  test("says what it says, and null is another value than the empty text", () => {
    const record = recordOf({ ...ROW, user: null, end_user: "", team_id: "t", prompt_tokens: 3, completion_tokens: 4 });
    expect(record).toMatchObject({
      ...{ identity: "r", startedAt: AT, latencyMs: 1500, firstTokenMs: Number.NaN, spend: 0.5 },
      ...{ user: null, endUser: "", team: "t", promptTokens: 3, completionTokens: 4, totalTokens: 7 },
      ...{ isFailure: false, cache: "silent", tags: null, sessionId: null, modelGroup: null },
    });
  });

  test.each<[string, object, object]>([
    ["an end before the start is no latency", { endTime: "2026-11-08T00:00:00" }, { latencyMs: Number.NaN }],
    ["a NULL status is a success", { status: null }, { isFailure: false }],
    ["a failure is a failure", { status: "failure" }, { isFailure: true }],
    ["Python's True is a hit", { cache_hit: "True" }, { cache: "hit" }],
    ["Python's None says nothing", { cache_hit: "None" }, { cache: "silent" }],
    ["JSON's false is a miss", { cache_hit: false }, { cache: "miss" }],
    ["numbers may stand as text", { spend: "1e-7", total_tokens: "12" }, { spend: 1e-7, totalTokens: 12 }],
    ["tags as a list", { request_tags: ["a", "b"] }, { tags: '["a","b"]' }],
    ["tags as the text of a list", { request_tags: '["a"]' }, { tags: '["a"]' }],
    ["tags that are no list are none", { request_tags: { a: 1 } }, { tags: null }],
    ["a NULL amount is nothing", { spend: null, total_tokens: null }, { spend: 0, totalTokens: 0 }],
  ])("%s", (_, wish, expected) => {
    expect(recordOf({ ...ROW, ...wish })).toMatchObject(expected);
  });

  test.each<[object | string | null, string]>([
    [{ ...ROW, spend: Number.NaN }, "spend is NaN, expected an amount from 0"],
    [{ ...ROW, spend: -1 }, "spend is -1, expected an amount from 0"],
    [{ ...ROW, spend: "free" }, 'spend is "free", expected an amount from 0'],
    [{ ...ROW, total_tokens: 1.5 }, "total_tokens is 1.5, expected a whole number from 0"],
    [{ ...ROW, spend: 1e308 }, "spend is 1e+308, expected no more than 1,000,000,000,000"],
    [{ ...ROW, total_tokens: 2 ** 52 }, "total_tokens is 4503599627370496, expected no more than 1,000,000,000,000"],
    [{ ...ROW, prompt_tokens: -3 }, "prompt_tokens is -3, expected a whole number from 0"],
    [{ ...ROW, startTime: undefined }, "startTime is missing, expected a time"],
    [{ ...ROW, startTime: "1970-01-01T00:00:00" }, 'startTime is "1970-01-01T00:00:00", expected a time after 2000'],
    [{ ...ROW, model: { a: 1 } }, "model is an object, expected a text"],
    [{ model: "x" }, "it has neither a request_id nor an id"],
    ["text", "it is not a JSON object"],
    [null, "it is not a JSON object"],
    [[], "it is not a JSON object"],
  ])("%p is refused", (value, reason) => {
    expect(readSpendRecord(value)).toEqual({ kind: "bad", reason });
  });
});

describe("a payload of a callback", () => {
  const PAYLOAD = {
    id: "None",
    trace_id: "t",
    model: "m",
    startTime: 1795293297.5,
    endTime: 1795293298,
    response_cost: 1,
  };

  test.each([
    ["the id that LiteLLM made is the record's", { id: "chatcmpl-1", call_id: "c" }, "chatcmpl-1"],
    ["without one the call's is", { call_id: "c" }, "c"],
    ["as LiteLLM 1.101 calls it, too", { litellm_call_id: "c" }, "c"],
  ])("%s", (_, wish, identity) => {
    expect(recordOf({ ...PAYLOAD, ...wish })).toMatchObject({ identity, identityAt: undefined });
  });

  test.each([{ id: "None" }, { id: null }, { id: "" }, { id: undefined }])(
    "with %p for an id, two calls are two records, and one that is sent again is the same",
    (wish) => {
      const identityOf = (other: object) => {
        const { identity, identityAt } = recordOf({ ...PAYLOAD, ...wish, ...other });
        return [identity, identityAt];
      };
      expect(identityOf({})).toEqual(identityOf({ metadata: {} }));
      for (const other of [{ startTime: 1795293297 }, { endTime: 1795293299 }, { trace_id: "u" }, { model: "n" }]) {
        expect(identityOf(other)).not.toEqual(identityOf({}));
      }
    },
  );
});

test("a call that a fallback saved is two records under one id, and a failure the same as a row and as a payload", () => {
  const payload = { id: "call", startTime: 1795293297, endTime: 1795293298, response_cost: 2e-5 };
  const identityOf = (value: object) => {
    const { identity, identityAt } = recordOf(value);
    return [identity, identityAt];
  };
  const failed = identityOf({ ...payload, status: "failure" });
  expect(identityOf({ ...payload, status: "success" })).not.toEqual(failed);
  expect(identityOf({ ...ROW, request_id: "call", status: "failure" })).toEqual(failed);
});

test("a row of cost_logs is known by its id and time together", () => {
  const row = { id: 7, provider: "openai", model: "gpt-4o", cost_usd: 0.5, created_at: "2026-11-09T00:00:00.000Z" };
  expect(recordOf(row)).toMatchObject({ identity: "7", identityAt: AT, provider: "openai", spend: 0.5, user: null });
});
