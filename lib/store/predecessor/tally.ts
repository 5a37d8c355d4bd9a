import { COUNTERS } from "../../litellm/metrics.ts";
import type { Share } from "../book.ts";

/** What was added for one bucket and cell; amounts stand in the order of `COUNTERS`. */
type TallySums = { readonly amounts: number[]; isEstimated: boolean };

/** Adds up shares by bucket and cell until they are booked together. */
export type Tally = {
  /** The sums of a bucket and cell, to be added to. */
  of(bucketAt: number, cell: number): TallySums;
  shares(): Share[];
};

/** Makes an empty tally. */
export function createTally(): Tally {
  const buckets = new Map<number, Map<number, TallySums>>();
  return {
    of(bucketAt, cell) {
      const cells = buckets.get(bucketAt) ?? new Map<number, TallySums>();
      buckets.set(bucketAt, cells);
      const sums = cells.get(cell) ?? { amounts: COUNTERS.map(() => 0), isEstimated: false };
      cells.set(cell, sums);
      return sums;
    },
    shares: () =>
      [...buckets].flatMap(([bucketAt, cells]) =>
        [...cells].flatMap(([cell, { amounts, isEstimated }]) =>
          COUNTERS.flatMap((counter, index) => {
            const amount = amounts[index] ?? 0;
            return amount === 0 ? [] : [{ bucketAt, cell, counter, amount, isEstimated }];
          }),
        ),
      ),
  };
}
