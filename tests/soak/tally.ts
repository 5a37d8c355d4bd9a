/** How often each thing was done, and what went wrong. */
export type Tally = {
  readonly counts: ReadonlyMap<string, number>;
  readonly differences: readonly string[];
  /** The largest difference of a sum of money that was compared. */
  readonly largestError: number;
  count(what: string, times?: number): void;
  differ(what: string): void;
  /** Notes how far a number is off; beyond `tolerance` it is a difference. */
  compare(what: string, actual: number, expected: number, tolerance: number): void;
  /** The same tally, whose differences say where they were found. */
  within(where: string): Tally;
};

/** A tally of nothing yet. */
export function createTally(): Tally {
  const counts = new Map<string, number>();
  const differences: string[] = [];
  let largestError = 0;
  const tally: Tally = {
    counts,
    differences,
    get largestError() {
      return largestError;
    },
    count(what, times = 1) {
      counts.set(what, (counts.get(what) ?? 0) + times);
    },
    differ(what) {
      differences.push(what);
    },
    compare(what, actual, expected, tolerance) {
      tally.count("numbers compared");
      const error = Math.abs(actual - expected);
      if (tolerance < 1) largestError = Math.max(largestError, error);
      if (!(error <= tolerance)) tally.differ(`${what} is ${actual}, and must be ${expected}`);
    },
    within: (where) => ({
      ...tally,
      differ: (what) => tally.differ(`${where}: ${what}`),
      compare: (what, ...numbers) => tally.compare(`${where}: ${what}`, ...numbers),
    }),
  };
  return tally;
}

/** The tally as lines of text: what was counted, by name, then what differed. */
export function tallyText({ counts, differences, largestError }: Tally): string {
  const names = [...counts.keys()].toSorted();
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${counts.get(name)}`);
  const wrong = differences.slice(0, 40).map((difference) => `  ${difference}`);
  return [...lines, `  largest error: ${largestError}`, `${differences.length} differences`, ...wrong, ""].join("\n");
}
