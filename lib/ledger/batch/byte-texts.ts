import { NULL_TEXT, Texts } from "./texts.ts";

const FIRST_SLOTS = 4096;
const FIRST_ROOM = 1 << 16;

/** Numbers texts by their UTF-8 bytes where they lie, so that only the first of equal texts is ever decoded. */
export class ByteTexts {
  readonly texts: Texts;
  readonly #textOf: (decoded: string) => string;
  // A byte order mark at the beginning of a name belongs to the name.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** Open addressing: the place of an entry + 1, or 0. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  #numbers = new Uint32Array(FIRST_SLOTS / 2);
  #starts = new Uint32Array(FIRST_SLOTS / 2 + 1);
  #room = new Uint8Array(FIRST_ROOM);
  #view = new DataView(this.#room.buffer);

  /** The numbers are those of `texts`; `textOf` makes a text of what the bytes spell, by default that itself. */
  constructor(texts = new Texts(), textOf = (decoded: string) => decoded) {
    this.texts = texts;
    this.#textOf = textOf;
  }

  /** The number of the text whose bytes lie between `from` and `to`. */
  numberOf(bytes: DataView, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) return this.#add(slot, hash, bytes, from, to);
      if (this.#hashes[entry] === hash && this.#isSame(entry, bytes, from, to))
        return this.#numbers[entry] ?? NULL_TEXT;
    }
  }

  #isSame(entry: number, bytes: DataView, from: number, to: number): boolean {
    const start = this.#starts[entry] ?? 0;
    if ((this.#starts[entry + 1] ?? 0) - start !== to - from) return false;
    const own = this.#view;
    const shift = start - from;
    let index = from;
    for (; index + 4 <= to; index += 4)
      if (own.getInt32(index + shift, true) !== bytes.getInt32(index, true)) return false;
    for (; index < to; index++) if (own.getUint8(index + shift) !== bytes.getUint8(index)) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: DataView, from: number, to: number): number {
    const entry = this.#count++;
    const start = this.#starts[entry] ?? 0;
    const end = start + to - from;
    if (end > this.#room.length) {
      this.#room = grown(this.#room, new Uint8Array(2 ** Math.ceil(Math.log2(end) + 1)));
      this.#view = new DataView(this.#room.buffer);
    }
    const own = new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from);
    this.#room.set(own, start);
    const number = this.texts.numberOf(this.#textOf(this.#decoder.decode(own)));
    this.#hashes[entry] = hash;
    this.#numbers[entry] = number;
    this.#starts[entry + 1] = end;
    this.#slots[slot] = entry + 1;
    if (this.#count === this.#hashes.length) this.#grow();
    return number;
  }

  #grow(): void {
    const room = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, new Int32Array(room));
    this.#numbers = grown(this.#numbers, new Uint32Array(room));
    this.#starts = grown(this.#starts, new Uint32Array(room + 1));
    this.#slots = new Uint32Array(room * 2);
    const mask = this.#slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = (this.#hashes[entry] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry + 1;
    }
  }
}

function grown<Numbers extends Uint8Array | Uint32Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Four bytes a step; equal hashes are told apart by comparing the bytes. */
function hashOf(bytes: DataView, from: number, to: number): number {
  let hash = to - from;
  let index = from;
  for (; index + 4 <= to; index += 4) {
    const word = bytes.getInt32(index, true);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; index < to; index++) hash = Math.imul(hash ^ bytes.getUint8(index), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
