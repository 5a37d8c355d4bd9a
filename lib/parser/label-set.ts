/** Sorts by name what does not stand so already, as it does on LiteLLM's pages. */
function inOrder(pairs: Pair[]): Pair[] {
  const isSorted = pairs.every(([name], index) => index === 0 || (pairs[index - 1]?.[0] ?? "") <= name);
  return isSorted ? pairs : pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

type Pair = readonly [name: string, value: string];

/** The labels of a sample, unescaped and sorted by name; equal sets have equal keys. */
export class LabelSet {
  /** JSON of the sorted pairs, which no two different sets share. */
  readonly key: string;
  readonly pairs: readonly Pair[];

  private constructor(pairs: readonly Pair[]) {
    this.pairs = pairs;
    this.key = JSON.stringify(pairs);
  }

  /** The set of these pairs in any order, undefined where a name stands twice. */
  static of(pairs: Iterable<Pair>): LabelSet | undefined {
    const sorted = inOrder([...pairs]);
    const repeats = sorted.some(([name], index) => name === sorted[index + 1]?.[0]);
    return repeats ? undefined : new LabelSet(sorted);
  }

  get(name: string): string | undefined {
    for (const pair of this.pairs) if (pair[0] === name) return pair[1];
    return undefined;
  }
}
