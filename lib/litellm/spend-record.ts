import { instantOf } from "./instant-text.ts";
import { fromLegacyPayload } from "./legacy-payload.ts";
import { MOST_SPEND, MOST_TEXT, MOST_TOKENS } from "./record-limits.ts";

/** One request as a log says it. Times are UTC milliseconds, durations NaN where there are none. */
export type SpendRecord = {
  /** What tells the record from others: its `request_id`, with `identityAt` where one id may be that of several. */
  readonly identity: string;
  readonly identityAt: number | undefined;
  readonly startedAt: number;
  readonly latencyMs: number;
  readonly firstTokenMs: number;
  /** USD. */
  readonly spend: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly isFailure: boolean;
  readonly cache: "hit" | "miss" | "silent";
  readonly model: string;
  readonly modelGroup: string | null;
  readonly provider: string | null;
  readonly key: string;
  readonly user: string | null;
  readonly endUser: string | null;
  readonly team: string | null;
  /** A list as JSON text; null for none. */
  readonly tags: string | null;
  readonly sessionId: string | null;
};

/** A record, or why a value is none, as a few words that follow the place where it stood. */
export type RecordReading =
  | { readonly kind: "record"; readonly record: SpendRecord }
  | { readonly kind: "bad"; readonly reason: string };

/** Earlier or later, a time is a mistake of its writer. */
const FIRST_AT = Date.UTC(2000, 0, 1);
const LAST_AT = Date.UTC(2100, 0, 1);

/** Lists of tags that are nested deeper count as none; LiteLLM's own tags are texts. */
export const DEEPEST_TAGS = 8;

/**
 * The `identityAt` of failures. A call that a fallback saved comes as two payloads, and those of embeddings, images and
 * other answers without an id share that of the call (LiteLLM 1.82.6): the failure must not pass for the success.
 */
export const FAILED_AT = -1;

class Bad extends Error {}

type Row = Readonly<Record<string, unknown>>;

/**
 * What a value says that came as JSON, or a CSV row by its column names: a row of LiteLLM's `LiteLLM_SpendLogs`, a
 * StandardLoggingPayload as callbacks get it, or a row of `cost_logs(id, provider, model, cost_usd, created_at)`.
 * Source: LiteLLM 1.82.6, its spend logger and `litellm/types/utils.py`.
 */
export function readSpendRecord(value: unknown): RecordReading {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "bad", reason: "it is not a JSON object" };
  }
  const row = value as Row; // Of an object that came as JSON, any key may be asked.
  try {
    if (isSet(row["request_id"])) return { kind: "record", record: fromLogRow(row) };
    if (isSet(row["cost_usd"]) && isSet(row["created_at"])) return { kind: "record", record: fromCostLog(row) };
    if (isSet(row["id"]) || isSet(row["response_cost"]))
      return { kind: "record", record: fromPayload(fromLegacyPayload(row) ?? row) };
    return { kind: "bad", reason: "it has neither a request_id nor an id" };
  } catch (error) {
    if (error instanceof Bad) return { kind: "bad", reason: error.message };
    throw error;
  }
}

function fromLogRow(row: Row): SpendRecord {
  const startedAt = startOf(row, "startTime");
  const promptTokens = countOf(row, "prompt_tokens");
  const completionTokens = countOf(row, "completion_tokens");
  return {
    startedAt,
    latencyMs: since(startedAt, row["endTime"]),
    firstTokenMs: since(startedAt, row["completionStartTime"]),
    promptTokens,
    completionTokens,
    totalTokens: totalOf(row, promptTokens, completionTokens),
    identity: textOf(row, "request_id") ?? "",
    identityAt: isFailure(row) ? FAILED_AT : undefined,
    spend: moneyOf(row, "spend"),
    isFailure: isFailure(row),
    cache: cacheOf(row["cache_hit"]),
    model: textOf(row, "model") ?? "",
    modelGroup: textOf(row, "model_group"),
    provider: textOf(row, "custom_llm_provider"),
    key: textOf(row, "api_key") ?? "",
    user: textOf(row, "user"),
    endUser: textOf(row, "end_user"),
    team: textOf(row, "team_id"),
    tags: tagsOf(row["request_tags"]),
    sessionId: textOf(row, "session_id"),
  };
}

/** Names that a payload leaves out become `''`, as in the row that LiteLLM itself writes of it. */
function fromPayload(row: Row): SpendRecord {
  const metadata = (typeof row["metadata"] === "object" && row["metadata"] !== null ? row["metadata"] : {}) as Row; // As above.
  const startedAt = startOf(row, "startTime");
  const promptTokens = countOf(row, "prompt_tokens");
  const completionTokens = countOf(row, "completion_tokens");
  return {
    startedAt,
    latencyMs: since(startedAt, row["endTime"]),
    firstTokenMs: since(startedAt, row["completionStartTime"]),
    promptTokens,
    completionTokens,
    totalTokens: totalOf(row, promptTokens, completionTokens),
    ...payloadIdentity(row, startedAt),
    spend: moneyOf(row, "response_cost"),
    isFailure: isFailure(row),
    cache: cacheOf(row["cache_hit"]),
    model: textOf(row, "model") ?? "",
    modelGroup: textOf(row, "model_group") ?? "",
    provider: textOf(row, "custom_llm_provider") ?? "",
    key: textOf(metadata, "user_api_key_hash") ?? "",
    user: textOf(metadata, "user_api_key_user_id") ?? "",
    endUser: textOf(row, "end_user") ?? textOf(metadata, "user_api_key_end_user_id") ?? "",
    team: textOf(metadata, "user_api_key_team_id") ?? "",
    tags: tagsOf(row["request_tags"]),
    sessionId: textOf(row, "session_id") ?? textOf(row, "trace_id"),
  };
}

/**
 * What tells a payload from others. LiteLLM writes Python's `None` for the id of an answer that has none: then the
 * call's own id counts, or where an older release does not send it, everything by which two calls differ.
 */
function payloadIdentity(row: Row, startedAt: number): Pick<SpendRecord, "identity" | "identityAt"> {
  const ids = ["id", "litellm_call_id", "call_id"].map((name) => textOf(row, name));
  const own = ids.find((id) => id !== null && id !== "" && id !== "None");
  if (own) return { identity: own, identityAt: isFailure(row) ? FAILED_AT : undefined };
  const told = ["trace_id", "call_type", "model", "startTime", "endTime", "response_cost", "total_tokens"];
  return { identity: JSON.stringify(told.map((name) => row[name] ?? null)), identityAt: startedAt };
}

function fromCostLog(row: Row): SpendRecord {
  const startedAt = startOf(row, "created_at");
  return {
    startedAt,
    latencyMs: Number.NaN,
    firstTokenMs: Number.NaN,
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    identity: textOf(row, "id") ?? "",
    // Ids begin anew after a TRUNCATE.
    identityAt: startedAt,
    spend: moneyOf(row, "cost_usd"),
    isFailure: false,
    cache: "silent",
    model: textOf(row, "model") ?? "",
    modelGroup: null,
    provider: textOf(row, "provider"),
    key: "",
    user: null,
    endUser: null,
    team: null,
    tags: null,
    sessionId: null,
  };
}

function isFailure(row: Row): boolean {
  return row["status"] === "failure";
}

function startOf(row: Row, name: string): number {
  const at = instantOf(row[name]);
  if (at === undefined) throw new Bad(`${name} is ${shown(row[name])}, expected a time`);
  if (at < FIRST_AT || at >= LAST_AT) throw new Bad(`${name} is ${shown(row[name])}, expected a time after 2000`);
  return at;
}

function since(startedAt: number, value: unknown): number {
  const at = instantOf(value);
  return at === undefined || at < startedAt ? Number.NaN : at - startedAt;
}

function totalOf(row: Row, prompt: number, completion: number): number {
  return isSet(row["total_tokens"]) ? countOf(row, "total_tokens") : prompt + completion;
}

function countOf(row: Row, name: string): number {
  const value = row[name];
  if (!isSet(value)) return 0;
  const count = numberOf(value);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new Bad(`${name} is ${shown(value)}, expected a whole number from 0`);
  }
  if (count > MOST_TOKENS) throw new Bad(`${name} is ${shown(value)}, expected no more than ${MOST_TEXT}`);
  return count;
}

function moneyOf(row: Row, name: string): number {
  const value = row[name];
  if (!isSet(value)) return 0;
  const money = numberOf(value);
  if (!Number.isFinite(money) || money < 0) throw new Bad(`${name} is ${shown(value)}, expected an amount from 0`);
  if (money > MOST_SPEND) throw new Bad(`${name} is ${shown(value)}, expected no more than ${MOST_TEXT}`);
  return money;
}

/** A number, also one that stands as text; NaN for anything else. */
function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number.NaN;
  return Number(value);
}

function textOf(row: Row, name: string): string | null {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return String(value);
  throw new Bad(`${name} is ${shown(value)}, expected a text`);
}

/** A list of tags as JSON, or as the JSON text in which LiteLLM's own logger hands it on; anything else is no tags. */
function tagsOf(value: unknown): string | null {
  if (typeof value === "string") return value.startsWith("[") ? value : null;
  return Array.isArray(value) && !isNested(value, DEEPEST_TAGS) ? JSON.stringify(value) : null;
}

/** Whether a value is nested deeper than so many levels; JSON is read to any depth but written to some thousands only. */
export function isNested(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isNested(inner, levels - 1));
}

/** LiteLLM writes Python's `True`, `False` and `None` as text, callbacks get JSON. */
function cacheOf(value: unknown): SpendRecord["cache"] {
  if (value === true || value === "True" || value === "true") return "hit";
  return value === false || value === "False" || value === "false" ? "miss" : "silent";
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** A value as a message may show it: short, and without what could be a prompt. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "string" ? `"${value}"` : typeof value === "object" ? typeJson(value) : String(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function typeJson(value: object | null): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : "an object";
}
