/** What a group of requests used; `requests` holds the failed ones too, `spend` is USD. */
export interface Use {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  spend: number;
}

/** How many numbers of a row make a `Use`. */
export const USE_WIDTH = 5;

/** Adds to a group what stands in a list of numbers from a place on, in the order of `Use`. */
export function addUse(use: Use, numbers: Float64Array, at: number): void {
  use.requests += numbers[at] ?? 0;
  use.promptTokens += numbers[at + 1] ?? 0;
  use.completionTokens += numbers[at + 2] ?? 0;
  use.totalTokens += numbers[at + 3] ?? 0;
  use.spend += numbers[at + 4] ?? 0;
}

/** A group that nothing was added to. */
export function noUse(): Use {
  return { requests: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0, spend: 0 };
}
