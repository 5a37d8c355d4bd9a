/** What a group of requests used; `requests` holds the failed ones too, `spend` is USD. */
export interface Use {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  spend: number;
}

/** Adds to a group what a row of numbers holds from a column on, in the order of `Use`. */
export function addUse(use: Use, row: readonly number[], column: number): void {
  use.requests += row[column] ?? 0;
  use.promptTokens += row[column + 1] ?? 0;
  use.completionTokens += row[column + 2] ?? 0;
  use.totalTokens += row[column + 3] ?? 0;
  use.spend += row[column + 4] ?? 0;
}

/** A group that nothing was added to. */
export function noUse(): Use {
  return { requests: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0, spend: 0 };
}
