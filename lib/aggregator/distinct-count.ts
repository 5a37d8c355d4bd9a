/** Registers of the estimate: 2^15 have a standard error of 0.57 %. */
const BITS = 15;
const REGISTERS = 1 << BITS;
/** Ranks go from 1 to this + 1. */
const RANK_BITS = 64 - BITS;
/** Up to here the hashes themselves are kept, and the count is exact. */
const MOST_EXACT = 2048;
const EXACT_MARK = 0;
const ESTIMATE_MARK = 1;

/**
 * Counts distinct things by their 64-bit hashes: exactly while they are few, then by HyperLogLog with Ertl's improved
 * estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017). Merging loses nothing.
 */
export class DistinctCount {
  /** By the low half, the high halves that came with it: nearly always one. */
  #exact: Map<number, number | number[]> | undefined = new Map();
  #exactSize = 0;
  #registers: Uint8Array<ArrayBuffer> | undefined;

  /** Counts the thing of a hash, whose two halves are whole numbers of 32 bits. */
  add(high: number, low: number): void {
    if (this.#exact) this.#addExact(this.#exact, high, low);
    else this.#register(high, low);
  }

  /** How many distinct things were counted. */
  get count(): number {
    return this.#registers ? Math.round(estimate(this.#registers)) : this.#exactSize;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    if (this.#registers) {
      const bytes = new Uint8Array(1 + REGISTERS);
      bytes[0] = ESTIMATE_MARK;
      bytes.set(this.#registers, 1);
      return bytes;
    }
    const bytes = new Uint8Array(1 + this.#exactSize * 8);
    const view = new DataView(bytes.buffer);
    let at = 1;
    bytes[0] = EXACT_MARK;
    this.#eachExact((high, low) => {
      view.setUint32(at, high);
      view.setUint32(at + 4, low);
      at += 8;
    });
    return bytes;
  }

  /** Adds what `toBytes` wrote. */
  mergeBytes(bytes: Uint8Array): void {
    if (bytes[0] === ESTIMATE_MARK) {
      const registers = this.#estimated();
      for (let i = 0; i < REGISTERS; i++) {
        const other = bytes[i + 1] ?? 0;
        if (other > (registers[i] ?? 0)) registers[i] = other;
      }
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 1; at < bytes.length; at += 8) this.add(view.getUint32(at), view.getUint32(at + 4));
  }

  #addExact(exact: Map<number, number | number[]>, high: number, low: number): void {
    const held = exact.get(low);
    if (held === high) return;
    if (held === undefined) exact.set(low, high);
    else if (typeof held === "number") exact.set(low, [held, high]);
    else if (held.includes(high)) return;
    else held.push(high);
    this.#exactSize++;
    if (this.#exactSize > MOST_EXACT) this.#estimated();
  }

  #eachExact(visit: (high: number, low: number) => void): void {
    for (const [low, highs] of this.#exact ?? []) {
      if (typeof highs === "number") visit(highs, low);
      else for (const high of highs) visit(high, low);
    }
  }

  /** The registers, made of what was exact until now. */
  #estimated(): Uint8Array<ArrayBuffer> {
    if (this.#registers) return this.#registers;
    this.#registers = new Uint8Array(REGISTERS);
    this.#eachExact((high, low) => this.#register(high, low));
    this.#exact = undefined;
    return this.#registers;
  }

  #register(high: number, low: number): void {
    const registers = this.#registers;
    if (!registers) return;
    const index = high >>> (32 - BITS);
    // The rank is the place of the first 1 after the bits that chose the register.
    const upper = (high << BITS) >>> 0;
    const joined = (upper | (low >>> (32 - BITS))) >>> 0;
    const zeros = joined !== 0 ? Math.clz32(joined) : 32 + Math.clz32((low << BITS) >>> 0);
    const rank = Math.min(zeros, RANK_BITS) + 1;
    if (rank > (registers[index] ?? 0)) registers[index] = rank;
  }
}

function estimate(registers: Uint8Array): number {
  const counts = new Float64Array(RANK_BITS + 2);
  for (const rank of registers) counts[rank] = (counts[rank] ?? 0) + 1;
  let sum = REGISTERS * tau(1 - (counts[RANK_BITS + 1] ?? 0) / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) sum = 0.5 * (sum + (counts[rank] ?? 0));
  sum += REGISTERS * sigma((counts[0] ?? 0) / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2) / sum;
}

/** Corrects for registers that nothing has reached. */
function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let sum = x;
  for (;;) {
    x *= x;
    const before = sum;
    sum += x * y;
    y += y;
    if (sum === before) return sum;
  }
}

/** Corrects for registers that are full. */
function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let sum = 1 - x;
  for (;;) {
    x = Math.sqrt(x);
    const before = sum;
    y *= 0.5;
    sum -= (1 - x) ** 2 * y;
    if (sum === before) return sum / 3;
  }
}
