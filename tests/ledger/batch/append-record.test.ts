import { expect, test } from "bun:test";
import { appendRecord } from "../../../lib/ledger/batch/append-record.ts";
import { IdentityHash } from "../../../lib/ledger/batch/identity.ts";
import { createBatch, type SpendBatch } from "../../../lib/ledger/batch/spend-batch.ts";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import type { SpendRecord } from "../../../lib/litellm/spend-record.ts";

const AT = Date.UTC(2026, 10, 21);
const RECORD: SpendRecord = {
  ...{ identity: "r1", identityAt: undefined, startedAt: AT, latencyMs: 800, firstTokenMs: Number.NaN },
  ...{ spend: 0.25, promptTokens: 100, completionTokens: 20, totalTokens: 121, isFailure: false, cache: "silent" },
  ...{ model: "gpt-4o", modelGroup: "smart", provider: null, key: "key-1", user: "ada", endUser: "", team: "red" },
  ...{ tags: '["a"]', sessionId: null },
};

/** A batch of these records, each with what it has otherwise than `RECORD`. */
function batchWith(...wishes: readonly Partial<SpendRecord>[]): SpendBatch {
  const batch = createBatch(new Texts(), wishes.length);
  const hash = new IdentityHash();
  for (const wish of wishes) appendRecord(batch, { ...RECORD, ...wish }, hash);
  return batch;
}

function hashOf(text: string, at?: number): readonly [high: number, low: number] {
  const hash = new IdentityHash();
  hash.ofText(text, at);
  return [hash.high, hash.low];
}

test("a record stands behind the last one, each of its figures and names in its own column", () => {
  const batch = batchWith({ model: "other" }, {});
  expect(batch.length).toBe(2);
  const { startedAt, latencyMs, firstTokenMs, spend, promptTokens, completionTokens, totalTokens, texts } = batch;
  const figures = [startedAt, latencyMs, firstTokenMs, spend, promptTokens, completionTokens, totalTokens];
  expect(figures.map((column) => column[1])).toEqual([AT, 800, Number.NaN, 0.25, 100, 20, 121]);
  const { model, modelGroup, provider, key, user, endUser, team, tags } = batch;
  const names = [model, modelGroup, provider, key, user, endUser, team, tags];
  expect(names.map((column) => texts.textOf(column[1] ?? -1))).toEqual([
    ...["gpt-4o", "smart", null, "key-1"],
    ...["ada", "", "red", '["a"]'],
  ]);
});

test("a failure has status 1; a cache that says nothing is 0, a hit 1, a miss 2", () => {
  const batch = batchWith({ isFailure: true }, { cache: "hit" }, { cache: "miss" });
  expect([...batch.status]).toEqual([1, 0, 0]);
  expect([...batch.cache]).toEqual([0, 1, 2]);
});

test("a session is the hash of its id, and none where there is no id or an empty one", () => {
  const { sessionHigh, sessionLow } = batchWith({ sessionId: "s" }, { sessionId: null }, { sessionId: "" });
  const sessions = [0, 1, 2].map((i) => [sessionHigh[i], sessionLow[i]]);
  expect(sessions).toEqual([[...hashOf("s")], [0, 0], [0, 0]]);
});

test("a record is known by its id, or by id and time together", () => {
  const { identityHigh, identityLow } = batchWith({ sessionId: "s" }, { identityAt: AT });
  const identities = [0, 1].map((i) => [identityHigh[i], identityLow[i]]);
  expect(identities).toEqual([[...hashOf("r1")], [...hashOf("r1", AT)]]);
});
