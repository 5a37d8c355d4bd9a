import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";

const PLACES = new Map(COUNTERS.map((counter, index) => [counter, index]));

/** Adds up what cells grew by, apart for each interval, so that what grew together is spread together. */
export class Increases {
  readonly #byStart = new Map<number | undefined, Map<number, number[]>>();

  /** Adds the growth of a cell since `from`; undefined: the beginning of the interval cannot be trusted. */
  add(from: number | undefined, cell: number, counter: CounterName, amount: number): void {
    const cells = this.#byStart.get(from) ?? new Map<number, number[]>();
    this.#byStart.set(from, cells);
    const amounts = cells.get(cell) ?? COUNTERS.map(() => 0);
    cells.set(cell, amounts);
    const place = PLACES.get(counter) ?? 0;
    amounts[place] = (amounts[place] ?? 0) + amount;
  }

  /** The amounts of each cell, in the order of `COUNTERS`, by the beginning of their interval. */
  get byStart(): ReadonlyMap<number | undefined, ReadonlyMap<number, readonly number[]>> {
    return this.#byStart;
  }
}
