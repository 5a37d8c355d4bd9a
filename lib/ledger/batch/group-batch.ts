import type { Texts } from "./texts.ts";

/**
 * Successful requests without tokens, durations or people, which a source has counted by itself: some of one quarter of
 * an hour to one model are one row. Row `i` is the `i`-th entry of each column; only the first `length` entries count.
 */
export type GroupBatch = {
  length: number;
  readonly texts: Texts;
  /** A moment in the quarter, UTC milliseconds. */
  readonly at: Float64Array;
  readonly requests: Float64Array;
  /** USD of all of them; never NaN or infinite. */
  readonly spend: Float64Array;
  readonly model: Uint32Array;
  readonly modelGroup: Uint32Array;
  readonly provider: Uint32Array;
};

/** An empty batch with room for `capacity` groups. */
export function createGroupBatch(texts: Texts, capacity: number): GroupBatch {
  return {
    length: 0,
    texts,
    at: new Float64Array(capacity),
    requests: new Float64Array(capacity),
    spend: new Float64Array(capacity),
    model: new Uint32Array(capacity),
    modelGroup: new Uint32Array(capacity),
    provider: new Uint32Array(capacity),
  };
}
