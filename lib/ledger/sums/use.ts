/**
 * What requests used, and the column of the ledger's tables that holds it; `requests` holds the failed ones too,
 * `spend` is USD.
 */
export const MEASURES = {
  requests: "requests",
  failures: "failures",
  promptTokens: "prompt_tokens",
  completionTokens: "completion_tokens",
  totalTokens: "total_tokens",
  spend: "spend",
} as const;

/** The name of one measure. */
export type Measure = keyof typeof MEASURES;

/** What a group of requests used. */
export type Use<Name extends Measure> = { readonly [Each in Name]: number };

/** The measures in a list of numbers, from a place on. */
export function useAt<const Names extends readonly Measure[]>(
  numbers: Float64Array,
  at: number,
  measures: Names,
): Use<Names[number]> {
  const use: { [Each in Measure]?: number } = {};
  for (const [index, name] of measures.entries()) use[name] = numbers[at + index] ?? 0;
  return use as Use<Names[number]>; // It has each of the names, which TypeScript cannot follow through the loop.
}
