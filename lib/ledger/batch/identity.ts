const LONGEST_WORD = 32;

/**
 * The 64-bit hash that stands for a record or a session, in two halves. Every source hashes the UTF-8 bytes of the same
 * text, so that a record that comes by two ways is known again. (Two lanes of MurmurHash3's mixing, joined in each step.)
 */
export class IdentityHash {
  /** The upper 32 bits of the newest hash. */
  high = 0;
  /** The lower 32 bits; never 0 together with `high`, which stands for nothing. */
  low = 0;
  #room = new Uint8Array(256);
  #view = new DataView(this.#room.buffer);
  readonly #encoder = new TextEncoder();
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);

  /** Hashes the bytes (UTF-8) from `from` up to `to`; with `at` (UTC milliseconds) the id and the time together. */
  ofBytes(bytes: DataView, from: number, to: number, at?: number): void {
    let a = 0x2f1b3d47;
    let b = 0x6a09e667;
    let index = from;
    for (const whole = to - 3; index < whole; index += 4) {
      const word = bytes.getInt32(index, true);
      a = laneA(a, word);
      b = laneB(b, word, a);
    }
    let rest = 0;
    for (let shift = 0; index < to; index++, shift += 8) rest |= bytes.getUint8(index) << shift;
    a = laneA(a, rest);
    b = laneB(b, rest, a);
    if (at !== undefined) {
      this.#number[0] = Math.round(at);
      for (const half of this.#halves) {
        a = laneA(a, half);
        b = laneB(b, half, a);
      }
    }
    this.#finish(a, b, to - from + (at === undefined ? 0 : LONGEST_WORD << 24));
  }

  /** Hashes a text: the same as its UTF-8 bytes give. */
  ofText(text: string, at?: number): void {
    if (this.#room.length < text.length * 3) {
      this.#room = new Uint8Array(text.length * 6);
      this.#view = new DataView(this.#room.buffer);
    }
    const { written } = this.#encoder.encodeInto(text, this.#room);
    this.ofBytes(this.#view, 0, written, at);
  }

  /** Hashes a whole number as its decimal digits, as an id of a table without texts is written. */
  ofWhole(id: number | bigint, at?: number): void {
    if (typeof id === "bigint" || !(id >= 0 && id <= Number.MAX_SAFE_INTEGER)) {
      this.ofText(String(id), at);
      return;
    }
    let from = LONGEST_WORD;
    let left = id;
    do {
      const tens = Math.floor(left / 10);
      from -= 1;
      this.#room[from] = 48 + (left - tens * 10);
      left = tens;
    } while (left > 0);
    this.ofBytes(this.#view, from, LONGEST_WORD, at);
  }

  #finish(laneOne: number, laneTwo: number, length: number): void {
    let a = laneOne ^ length;
    let b = laneTwo ^ length;
    a = (a + b) | 0;
    b = (b + a) | 0;
    a = avalanche(a);
    b = avalanche(b);
    a = (a + b) | 0;
    b = (b + a) | 0;
    this.high = a >>> 0;
    this.low = a === 0 && b === 0 ? 1 : b >>> 0;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function laneA(lane: number, word: number): number {
  const mixed = Math.imul(rotate(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
  return (Math.imul(rotate(lane ^ mixed, 19), 5) + 0x561ccd1b) | 0;
}

function laneB(lane: number, word: number, other: number): number {
  const mixed = Math.imul(rotate(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
  return (Math.imul((rotate(lane ^ mixed, 13) + other) | 0, 5) + 0x32ac3b17) | 0;
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
