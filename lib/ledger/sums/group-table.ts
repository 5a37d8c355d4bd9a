/** Numbers below this, multiplied by one another, may be no whole number any more. */
const MOST_KEYS = 2 ** 53;
const FIRST_ROWS = 64;

/**
 * Groups by a slot and so many names, each with so many sums beside it, in the order in which they were met. All of it is
 * one list of numbers: rows of slot, the text ids of the names, and the sums.
 */
export class GroupTable {
  readonly width: number;
  readonly #names: number;
  readonly #sums: number;
  readonly #most: number;
  readonly #places = new Map<number | string, number>();
  #cells: Float64Array;
  #length = 0;

  /** `most` is the highest id; slots are whole numbers from -1. */
  constructor({ names, sums, most }: { readonly names: number; readonly sums: number; readonly most: number }) {
    this.#names = names;
    this.#sums = sums;
    this.#most = most + 1;
    this.width = 1 + names + sums;
    this.#cells = new Float64Array(FIRST_ROWS * this.width);
  }

  /** Adds the sums at a place of a list of numbers to the group of these names. */
  add(slot: number, ids: ArrayLike<number>, idsAt: number, numbers: ArrayLike<number>, at: number): void {
    const key = this.#keyOf(slot, ids, idsAt);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#length;
      this.#places.set(key, place);
      this.#length += this.width;
      if (this.#length > this.#cells.length) this.#grow();
      this.#cells[place] = slot;
      for (let i = 0; i < this.#names; i++) this.#cells[place + 1 + i] = ids[idsAt + i] ?? 0;
    }
    const sums = place + 1 + this.#names;
    for (let i = 0; i < this.#sums; i++) this.#cells[sums + i] = (this.#cells[sums + i] ?? 0) + (numbers[at + i] ?? 0);
  }

  /** The rows of all groups. */
  cells(): Float64Array {
    return this.#cells.slice(0, this.#length);
  }

  #keyOf(slot: number, ids: ArrayLike<number>, at: number): number | string {
    let key = slot + 1;
    for (let i = 0; i < this.#names; i++) key = key * this.#most + (ids[at + i] ?? 0);
    if (key < MOST_KEYS) return key;
    const names = Array.from({ length: this.#names }, (_, i) => ids[at + i]);
    return `${slot} ${names}`;
  }

  #grow(): void {
    const larger = new Float64Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
