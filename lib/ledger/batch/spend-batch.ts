import type { Texts } from "./texts.ts";

/** A column of NaN where a request has no such figure. */
type Optional = Float64Array;

/**
 * Request records by column, as every source gives them and the reducer folds them. Row `i` is the `i`-th entry of each
 * column; only the first `length` entries count. Columns of texts hold numbers of `texts`.
 */
export type SpendBatch = {
  length: number;
  readonly texts: Texts;
  /** When the request began, UTC milliseconds. */
  readonly startedAt: Float64Array;
  /** `endTime - startTime`; NaN where either is missing or the end lies before the start. */
  readonly latencyMs: Optional;
  /** `completionStartTime - startTime`; NaN likewise. */
  readonly firstTokenMs: Optional;
  /** USD; at most `MOST_SPEND`. */
  readonly spend: Float64Array;
  readonly promptTokens: Float64Array;
  readonly completionTokens: Float64Array;
  readonly totalTokens: Float64Array;
  /** 0 success (NULL too), 1 failure. */
  readonly status: Uint8Array;
  /** 0 where `cache_hit` says nothing, 1 for `True`, 2 for `False`. */
  readonly cache: Uint8Array;
  readonly model: Uint32Array;
  readonly modelGroup: Uint32Array;
  readonly provider: Uint32Array;
  readonly key: Uint32Array;
  readonly user: Uint32Array;
  readonly endUser: Uint32Array;
  readonly team: Uint32Array;
  /** The JSON text of the list of tags, as one text: few lists recur, so each is read once. `NULL_TEXT` for none. */
  readonly tags: Uint32Array;
  /** 64-bit hash of `session_id` in two halves; 0 and 0 for none. */
  readonly sessionHigh: Uint32Array;
  readonly sessionLow: Uint32Array;
  /** 64-bit hash of what makes the record itself: its `request_id`, or id and time together. */
  readonly identityHigh: Uint32Array;
  readonly identityLow: Uint32Array;
};

/** Columns of eight bytes, of four and of one: 7, 12 and 2. */
const ROW_BYTES = 7 * 8 + 12 * 4 + 2;

/** An empty batch with room for `capacity` records, whose columns lie in one buffer (`room`: one that was used before). */
export function createBatch(texts: Texts, capacity: number, room = new ArrayBuffer(capacity * ROW_BYTES)): SpendBatch {
  let at = 0;
  const next = (width: number): number => {
    at += capacity * width;
    return at - capacity * width;
  };
  const floats = () => new Float64Array(room, next(8), capacity);
  const numbers = () => new Uint32Array(room, next(4), capacity);
  const bytes = () => new Uint8Array(room, next(1), capacity);
  return {
    length: 0,
    texts,
    startedAt: floats(),
    latencyMs: floats(),
    firstTokenMs: floats(),
    spend: floats(),
    promptTokens: floats(),
    completionTokens: floats(),
    totalTokens: floats(),
    model: numbers(),
    modelGroup: numbers(),
    provider: numbers(),
    key: numbers(),
    user: numbers(),
    endUser: numbers(),
    team: numbers(),
    tags: numbers(),
    sessionHigh: numbers(),
    sessionLow: numbers(),
    identityHigh: numbers(),
    identityLow: numbers(),
    status: bytes(),
    cache: bytes(),
  };
}

/** The rows of a batch in columns of its own: who gives batches may fill them again. */
export function copyBatch(batch: SpendBatch): SpendBatch {
  const { length, texts, ...columns } = batch;
  const copies = Object.entries(columns).map(([name, column]) => [name, column.slice(0, length)]);
  return { length, texts, ...Object.fromEntries(copies) };
}
