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
    const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const repeats = sorted.some(([name], index) => name === sorted[index + 1]?.[0]);
    return repeats ? undefined : new LabelSet(sorted);
  }

  get(name: string): string | undefined {
    return this.pairs.find((pair) => pair[0] === name)?.[1];
  }
}
