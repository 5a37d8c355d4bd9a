/** What a group of requests used; `requests` holds the failed ones too, `spend` is USD. */
export interface Use {
  readonly requests: number;
  readonly failures: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly spend: number;
}

/** The columns of a `Use` in the ledger's tables, in its order. */
export const USE_COLUMNS = [
  "requests",
  "failures",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "spend",
] as const;

/** How many numbers of a row make a `Use`. */
export const USE_WIDTH = USE_COLUMNS.length;

/** The `Use` that stands in a list of numbers from a place on. */
export function useAt(numbers: Float64Array, at: number): Use {
  return {
    requests: numbers[at] ?? 0,
    failures: numbers[at + 1] ?? 0,
    promptTokens: numbers[at + 2] ?? 0,
    completionTokens: numbers[at + 3] ?? 0,
    totalTokens: numbers[at + 4] ?? 0,
    spend: numbers[at + 5] ?? 0,
  };
}
