import type { SpendRecord } from "../../litellm/spend-record.ts";
import type { IdentityHash } from "./identity.ts";
import type { SpendBatch } from "./spend-batch.ts";

const CACHE = { silent: 0, hit: 1, miss: 2 } as const;

/** Puts a record behind the last one of a batch, which must have room for it. `hash` is a buffer of the caller's. */
export function appendRecord(batch: SpendBatch, record: SpendRecord, hash: IdentityHash): void {
  const { texts } = batch;
  const i = batch.length++;
  batch.startedAt[i] = record.startedAt;
  batch.latencyMs[i] = record.latencyMs;
  batch.firstTokenMs[i] = record.firstTokenMs;
  batch.spend[i] = record.spend;
  batch.promptTokens[i] = record.promptTokens;
  batch.completionTokens[i] = record.completionTokens;
  batch.totalTokens[i] = record.totalTokens;
  batch.status[i] = record.isFailure ? 1 : 0;
  batch.cache[i] = CACHE[record.cache];
  batch.model[i] = texts.numberOf(record.model);
  batch.modelGroup[i] = texts.numberOf(record.modelGroup);
  batch.provider[i] = texts.numberOf(record.provider);
  batch.key[i] = texts.numberOf(record.key);
  batch.user[i] = texts.numberOf(record.user);
  batch.endUser[i] = texts.numberOf(record.endUser);
  batch.team[i] = texts.numberOf(record.team);
  batch.tags[i] = texts.numberOf(record.tags);
  const hasSession = record.sessionId !== null && record.sessionId !== "";
  if (hasSession) hash.ofText(record.sessionId);
  batch.sessionHigh[i] = hasSession ? hash.high : 0;
  batch.sessionLow[i] = hasSession ? hash.low : 0;
  hash.ofText(record.identity, record.identityAt);
  batch.identityHigh[i] = hash.high;
  batch.identityLow[i] = hash.low;
}
