import { ByteReader, ByteWriter } from "./byte-writer.ts";

/** Half the width of a bucket; a value is given back with at most this relative error, which leaves room under 1 %. */
const ERROR = 0.0075;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const PER_LOG = 1 / Math.log(GAMMA);
/** What lies below counts as zero: a thousandth of a millisecond, or of a token. */
const LEAST = 0.001;

/**
 * The distribution of a quantity that is not negative, in buckets that grow by the same factor (as in DDSketch). Count,
 * sum, least and most are exact, quantiles at most 1 % off, and merging loses nothing.
 */
export class LogSketch {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #zeros = 0;
  #buckets = new Float64Array(0);
  /** The index of the first bucket. */
  #first = 0;

  /** Counts a value, or so many equal ones; one that is negative or no number is a mistake of the caller. */
  add(value: number, times = 1): void {
    this.count += times;
    this.sum += value * times;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value < LEAST) {
      this.#zeros += times;
      return;
    }
    const index = Math.ceil(Math.log(value) * PER_LOG) - this.#first;
    const held = this.#buckets[index];
    if (held === undefined) this.#grow(index + this.#first, times);
    else this.#buckets[index] = held + times;
  }

  /** Adds everything that another sketch counted. */
  merge(other: LogSketch): void {
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.#zeros += other.#zeros;
    for (let i = 0; i < other.#buckets.length; i++) {
      const amount = other.#buckets[i] ?? 0;
      if (amount > 0) this.#addTo(i + other.#first, amount);
    }
  }

  /** The quantile from 0 to 1, by linear interpolation between neighbours as in SQL's PERCENTILE_CONT; NaN of nothing. */
  quantile(fraction: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = fraction * (this.count - 1);
    const below = this.#valueAt(Math.floor(rank));
    const above = this.#valueAt(Math.ceil(rank));
    return below + (above - below) * (rank - Math.floor(rank));
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const writer = new ByteWriter();
    writer.whole(this.count);
    writer.double(this.sum);
    writer.double(this.min);
    writer.double(this.max);
    writer.whole(this.#zeros);
    // A gap is the number of empty buckets before one that holds something; the first index may be negative.
    let next = Number.NaN;
    for (let i = 0; i < this.#buckets.length; i++) {
      const amount = this.#buckets[i] ?? 0;
      if (amount === 0) continue;
      const index = i + this.#first;
      writer.whole(Number.isNaN(next) ? zigzag(index) : index - next);
      writer.whole(amount);
      next = index + 1;
    }
    return writer.finish();
  }

  /** Adds what `toBytes` wrote. */
  mergeBytes(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    this.count += reader.whole();
    this.sum += reader.double();
    this.min = Math.min(this.min, reader.double());
    this.max = Math.max(this.max, reader.double());
    this.#zeros += reader.whole();
    if (!reader.isAtEnd) {
      const index = unzigzag(reader.whole());
      this.#addTo(index, reader.whole());
      this.#mergePairs(bytes, reader.at, index + 1);
    }
  }

  /** Gaps and amounts up to the end of the bytes. An answer reads millions, so nearly all are read without a call. */
  #mergePairs(bytes: Uint8Array, start: number, firstIndex: number): void {
    const { length } = bytes;
    let index = firstIndex;
    let at = start;
    while (at < length) {
      let gap = bytes[at++] ?? 0;
      if (gap >= 0x80) {
        gap &= 0x7f;
        for (let factor = 0x80, more = true; more; factor *= 0x80) {
          const byte = bytes[at++] ?? 0;
          gap += (byte & 0x7f) * factor;
          more = byte >= 0x80;
        }
      }
      let amount = bytes[at++] ?? 0;
      if (amount >= 0x80) {
        amount &= 0x7f;
        for (let factor = 0x80, more = true; more; factor *= 0x80) {
          const byte = bytes[at++] ?? 0;
          amount += (byte & 0x7f) * factor;
          more = byte >= 0x80;
        }
      }
      index += gap;
      const held = this.#buckets[index - this.#first];
      if (held === undefined) this.#grow(index, amount);
      else this.#buckets[index - this.#first] = held + amount;
      index++;
    }
  }

  #addTo(index: number, amount: number): void {
    const held = this.#buckets[index - this.#first];
    if (held === undefined) this.#grow(index, amount);
    else this.#buckets[index - this.#first] = held + amount;
  }

  #grow(index: number, amount: number): void {
    const isEmpty = this.#buckets.length === 0;
    // The wider it is already, the more room is made at once.
    const margin = 16 + (this.#buckets.length >> 2);
    const first = isEmpty ? index - margin : Math.min(this.#first, index - margin);
    const end = isEmpty ? index + margin + 1 : Math.max(this.#first + this.#buckets.length, index + margin + 1);
    const larger = new Float64Array(end - first);
    larger.set(this.#buckets, isEmpty ? 0 : this.#first - first);
    this.#buckets = larger;
    this.#first = first;
    larger[index - first] = (larger[index - first] ?? 0) + amount;
  }

  /** The value of a rank from 0 to count - 1. */
  #valueAt(rank: number): number {
    if (rank >= this.count - 1) return this.max;
    if (rank <= 0) return this.min;
    let seen = this.#zeros;
    if (rank < seen) return Math.max(0, this.min);
    for (let i = 0; i < this.#buckets.length; i++) {
      seen += this.#buckets[i] ?? 0;
      if (rank < seen) return this.#within((2 * GAMMA ** (i + this.#first)) / (GAMMA + 1));
    }
    return this.max;
  }

  #within(value: number): number {
    return Math.min(this.max, Math.max(this.min, value));
  }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
