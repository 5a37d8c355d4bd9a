import { describe, expect, test } from "bun:test";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { unpricedUse } from "../../lib/ledger/questions/unpriced.ts";
import { createPrices } from "../../lib/prices/prices.ts";
import { loadSnapshot } from "../../lib/prices/snapshot.ts";
import { commonModel, type DriftCause, priceUnpriced, reconcile } from "../../lib/query/reconcile.ts";
import type { UsageGroup } from "../../lib/query/usage/groups.ts";
import { noMeasures } from "../../lib/query/usage/measures.ts";
import { batchOf, openTestLedger, readerOf, type TestRecord } from "../support/ledger.ts";

const DAY = "2026-11-21";

function group(model: string | null, requests: number, cost: number, failed = 0, day = DAY): UsageGroup {
  return { ...noMeasures(), day, model, provider: "openai", requests, failed_requests: failed, cost };
}

const CONTEXT = { isInTurn: false, isObserved: true, unpricedModels: new Set<string>() };

describe("reconcile", () => {
  test("puts both sides beside each other under the name that both have", () => {
    const rows = reconcile([group("gpt-4o", 4, 0.3)], [group("openai/gpt-4o", 4, 0.25)], CONTEXT);
    expect(rows).toEqual([
      {
        ...{ day: DAY, model: "gpt-4o", drift: 0.05, drift_percent: 20, cause: "unknown" },
        metrics: { requests: 4, failed_requests: 0, cost: 0.3 },
        logs: { requests: 4, failed_requests: 0, cost: 0.25 },
      },
    ]);
  });

  const other = group("other", 1, 1);
  const table: readonly [DriftCause | null, UsageGroup[], UsageGroup[], Partial<typeof CONTEXT>][] = [
    [null, [group("m", 2, 0.3)], [group("m", 2, 0.1 + 0.2)], {}],
    ["spend_logs_disabled", [group("m", 2, 1)], [], {}],
    ["rows_missing", [group("m", 2, 1)], [group("m", 1, 0.5)], {}],
    ["several_workers", [group("m", 2, 1)], [group("m", 9, 3)], { isInTurn: true }],
    ["refused_key", [other], [other, group("", 1, 0, 1)], {}],
    ["fallback", [group("m", 2, 1)], [group("m", 3, 1, 1)], {}],
    ["not_observed", [group("m", 2, 1)], [group("m", 4, 2)], { isObserved: false }],
    ["unknown", [group("m", 0, 1)], [group("m", 4, 1)], { isObserved: false }],
    ["unpriced", [group("m", 2, 1)], [group("m", 2, 0)], { unpricedModels: new Set(["m"]) }],
    ["unknown", [group("m", 2, 1)], [group("m", 4, 2)], {}],
  ];
  test.each(table)("says %p", (cause, metrics, logs, context) => {
    const rows = reconcile(metrics, logs, { ...CONTEXT, ...context });
    expect(rows.find(({ model }) => model !== "other")?.cause ?? null).toBe(cause);
  });

  describe("with the names that LiteLLM 1.82.6 gives", () => {
    const named = (model: string, of: string, provider: string | null, requests: number, cost = 0): UsageGroup => ({
      ...group(model, requests, cost, provider ? 0 : requests),
      ...{ model_group: of, provider },
    });
    const difference = (metrics: UsageGroup[], logs: UsageGroup[]) =>
      reconcile(metrics, logs, CONTEXT).map(({ model, metrics: left, logs: right, cause }) => [
        model,
        left.requests - right.requests,
        cause,
      ]);

    test("failures of a group that never answered are one row", () => {
      const metrics = [named("slow", "slow", null, 3), named("gpt-4o", "gpt-4o", "openai", 5, 1)];
      const logs = [named("openai/gpt-4o", "slow", "", 3), named("openai/gpt-4o", "gpt-4o", "openai", 5, 1)];
      expect(difference(metrics, logs)).toEqual([
        ["gpt-4o", 0, null],
        ["slow", 0, null],
      ]);
    });

    test("requests that the metrics know by their group are those of its one model", () => {
      const metrics = [named("tts", "tts", null, 2), named("tts-1", "tts-1", null, 0, 0.5)];
      expect(difference(metrics, [named("tts-1", "tts", "openai", 2, 0.5)])).toEqual([["tts-1", 0, null]]);
    });

    test("rows of refused keys are told from others by the deployment that none of them came to", () => {
      const metrics = [named("gpt-4o", "smart", "openai", 2, 1)];
      const logs = [named("gpt-4o", "smart", "openai", 2, 1), named("smart", "", "", 1)];
      expect(difference(metrics, logs)).toEqual([["gpt-4o", -1, "refused_key"]]);
    });
  });

  test("a provider is taken off a model only where it stands before it", () => {
    expect(commonModel("openai/gpt-4o", "openai")).toBe("gpt-4o");
    expect(commonModel("meta/llama", "groq")).toBe("meta/llama");
    expect([commonModel("", "openai"), commonModel(null, null)]).toEqual([null, null]);
  });
});

test("unpriced are successes with tokens that cost nothing and were no cache hit, each with what it should have cost", async () => {
  const ledger = openTestLedger();
  const at = Date.UTC(2026, 10, 21, 12);
  const base: Omit<TestRecord, "id"> = {
    ...{ at, latencyMs: 1, firstTokenMs: Number.NaN, spend: 0, prompt: 1_000_000, completion: 0, status: 0, cache: 0 },
    ...{ model: "gpt-4o", group: "smart", provider: "openai", key: "k", user: null, endUser: null },
    ...{ team: null, tags: null, session: null },
  };
  const records: TestRecord[] = [
    { ...base, id: "unpriced" },
    { ...base, id: "unknown", model: "nobody-knows-it", provider: null },
    { ...base, id: "priced", spend: 2.5 },
    { ...base, id: "hit", cache: 1 },
    { ...base, id: "failed", status: 1 },
    { ...base, id: "empty", prompt: 0 },
  ];
  await foldBatch(ledger, batchOf(records), { now: at, source: "records" });
  const day = Math.floor(at / 86_400_000);
  const usesOf = (first: number, last: number) =>
    readerOf(ledger).snapshot(({ sql }) => unpricedUse(sql, { first, last, zone: "UTC" }));
  const uses = await usesOf(day, day);
  expect(await usesOf(day + 1, day + 9)).toEqual([]);
  expect(priceUnpriced(uses, createPrices([await loadSnapshot()]))).toEqual([
    {
      ...{ model: "gpt-4o", model_group: "smart", provider: "openai", requests: 1 },
      ...{ input_tokens: 1_000_000, output_tokens: 0, should_cost: 2.5, priced_as: "gpt-4o" },
    },
    {
      ...{ model: "nobody-knows-it", model_group: "smart", provider: null, requests: 1 },
      ...{ input_tokens: 1_000_000, output_tokens: 0, should_cost: null, priced_as: null },
    },
  ]);
});
