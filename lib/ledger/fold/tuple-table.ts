const WIDTH = 4;

/**
 * Numbers distinct tuples of four whole numbers (32 bits each) from 0 on, and keeps `measures` sums of each. A fold looks
 * up several cells a row, so everything lies in arrays of numbers and a look-up makes no object.
 */
export class TupleTable {
  size = 0;
  /** Four numbers a tuple. */
  keys = new Uint32Array(64 * WIDTH);
  /** `measures` sums a tuple. */
  sums: Float64Array;
  readonly measures: number;
  #slots = new Uint32Array(128);

  constructor(measures: number) {
    this.measures = measures;
    this.sums = new Float64Array(64 * measures);
  }

  /** The number of a tuple, which is a new one where it was never seen. */
  find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    const keys = this.keys;
    const mask = slots.length - 1;
    let slot = hash(a, b, c, d) & mask;
    for (;;) {
      const number = slots[slot];
      if (number === undefined || number === 0) break;
      const at = (number - 1) * WIDTH;
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return number - 1;
      slot = (slot + 1) & mask;
    }
    return this.#insert(slot, a, b, c, d);
  }

  #insert(slot: number, a: number, b: number, c: number, d: number): number {
    const number = this.size++;
    const at = number * WIDTH;
    if (at === this.keys.length) this.#makeRoom();
    this.keys[at] = a;
    this.keys[at + 1] = b;
    this.keys[at + 2] = c;
    this.keys[at + 3] = d;
    this.#slots[slot] = number + 1;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  #makeRoom(): void {
    const keys = new Uint32Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    const sums = new Float64Array(this.sums.length * 2);
    sums.set(this.sums);
    this.sums = sums;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const { keys } = this;
    for (let number = 0; number < this.size; number++) {
      const at = number * WIDTH;
      let slot = hash(keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0, keys[at + 3] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a + 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + b, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + c, 0x27d4eb2f);
  h = Math.imul((h ^ (h >>> 16)) + d, 0x165667b1);
  return (h ^ (h >>> 15)) >>> 0;
}
