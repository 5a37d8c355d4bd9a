import { OPENING_BRACE, SPACE } from "./grammar/characters.ts";

/** A longer name is left to the whole grammar. */
const MAX_NAME_BYTES = 200;
const NAME = /^[a-zA-Z_:][\w:]*(?=[ {])/;

export type NameEntry = {
  readonly name: string;
  readonly isWanted: boolean;
  /** Of the samples read so far, undefined before the first. */
  sum: number | undefined;
};

/** The sample names of a page, each asked for once. */
export class NameTable {
  readonly #wants: (name: string) => boolean;
  readonly #entries = new Map<string, NameEntry>();
  #latest: NameEntry | undefined;
  #latestBytes: Buffer = Buffer.alloc(0);

  constructor(wants: (name: string) => boolean) {
    this.#wants = wants;
  }

  entry(name: string): NameEntry {
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = { name, isWanted: this.#wants(name), sum: undefined };
      this.#entries.set(name, entry);
    }
    return entry;
  }

  /** The entry of the unquoted name that begins at `from` and ends before a space or brace, undefined where none does. */
  entryAt(bytes: Buffer, from: number, to: number): NameEntry | undefined {
    // Neighbouring lines mostly share their name, and comparing it is cheaper than looking for its end.
    if (this.#latest === undefined || !isNameAt(bytes, from, this.#latestBytes)) {
      const name = NAME.exec(bytes.toString("latin1", from, Math.min(to, from + MAX_NAME_BYTES)))?.[0];
      this.#latest = name === undefined ? undefined : this.entry(name);
      this.#latestBytes = Buffer.from(name ?? "", "latin1");
    }
    return this.#latest;
  }

  sums(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { name, sum } of this.#entries.values()) {
      if (sum !== undefined) sums.set(name, sum);
    }
    return sums;
  }
}

/** Compares by native code, since a loop over the bytes is slow until it has been compiled. */
function isNameAt(bytes: Buffer, from: number, name: Buffer): boolean {
  const end = from + name.length;
  const byte = bytes[end];
  return (byte === SPACE || byte === OPENING_BRACE) && bytes.compare(name, 0, name.length, from, end) === 0;
}
