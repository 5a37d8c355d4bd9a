import { isDigit, isNameCharacter, OPENING_BRACE, SPACE } from "./grammar/characters.ts";

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
  entryAt(bytes: Buffer, from: number): NameEntry | undefined {
    // Neighbouring lines mostly share their name, and comparing it is cheaper than making a string of it.
    if (this.#latest === undefined || !isNameAt(bytes, from, this.#latest.name)) {
      const name = readName(bytes, from);
      this.#latest = name === undefined ? undefined : this.entry(name);
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

function isNameAt(bytes: Buffer, from: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[from + index] !== name.charCodeAt(index)) return false;
  }
  return endsName(bytes[from + name.length]);
}

function readName(bytes: Buffer, from: number): string | undefined {
  let to = from;
  while (isNameCharacter(bytes[to] ?? 0)) to++;
  const isName = to > from && !isDigit(bytes[from] ?? 0) && endsName(bytes[to]);
  return isName ? bytes.toString("latin1", from, to) : undefined;
}

function endsName(byte: number | undefined): boolean {
  return byte === SPACE || byte === OPENING_BRACE;
}
