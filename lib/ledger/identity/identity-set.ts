/** A set of 64-bit hashes in arrays of numbers: 16 to 32 bytes each. The hash 0, 0 is never a member. */
export class IdentitySet {
  size = 0;
  #slots = new Uint32Array(2 * 256);

  /** Adds a hash; false where it was a member already. */
  add(high: number, low: number): boolean {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = low & mask;
    for (;;) {
      const heldHigh = slots[2 * slot];
      const heldLow = slots[2 * slot + 1];
      if (heldHigh === high && heldLow === low) return false;
      if (heldHigh === 0 && heldLow === 0) break;
      slot = (slot + 1) & mask;
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    this.size++;
    if (this.size * 4 > slots.length) this.#grow();
    return true;
  }

  /** Adds hashes as they are stored: 8 bytes each, the high half first. */
  addBytes(bytes: Uint8Array, from = 0): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at + 8 <= bytes.length; at += 8) this.add(view.getUint32(at), view.getUint32(at + 4));
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = slots.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      let slot = low & mask;
      while (slots[2 * slot] !== 0 || slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
    }
    this.#slots = slots;
  }
}

/** Hashes in the order in which they came, as they are stored. */
export class IdentityList {
  length = 0;
  #bytes = new Uint8Array(8 * 64);
  #view = new DataView(this.#bytes.buffer);

  push(high: number, low: number): void {
    if ((this.length + 1) * 8 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#view.setUint32(this.length * 8, high);
    this.#view.setUint32(this.length * 8 + 4, low);
    this.length++;
  }

  /** 8 bytes a hash, the high half first. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length * 8);
  }
}
