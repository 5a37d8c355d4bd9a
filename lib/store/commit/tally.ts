import { COUNTERS } from "../../litellm/metrics.ts";

/** What one cell gets in one bucket; amounts stand in the order of `COUNTERS`. */
export type TallyRow = {
  readonly bucketAt: number;
  readonly cell: number;
  readonly amounts: number[];
  isEstimated: boolean;
};

/** Adds amounts up by bucket and cell until they are booked together. */
export class Tally {
  readonly #buckets = new Map<number, Map<number, TallyRow>>();

  /** The row of a bucket and cell, to be added to. */
  rowOf(bucketAt: number, cell: number): TallyRow {
    const cells = this.#buckets.get(bucketAt) ?? new Map<number, TallyRow>();
    this.#buckets.set(bucketAt, cells);
    const row = cells.get(cell) ?? { bucketAt, cell, amounts: COUNTERS.map(() => 0), isEstimated: false };
    cells.set(cell, row);
    return row;
  }

  add(bucketAt: number, cell: number, index: number, amount: number, isEstimated: boolean): void {
    const row = this.rowOf(bucketAt, cell);
    row.amounts[index] = (row.amounts[index] ?? 0) + amount;
    row.isEstimated ||= isEstimated;
  }

  /** The rows that are not all zero, bucket by bucket. */
  *rows(): Generator<TallyRow> {
    for (const cells of this.#buckets.values()) {
      for (const row of cells.values()) if (row.amounts.some((amount) => amount !== 0)) yield row;
    }
  }
}
