import { LINE_FEED } from "./grammar/characters.ts";

/** Gets one line as the bytes from `from` to `to`, valid during the call only. */
type LineReader = (bytes: Buffer, from: number, to: number) => void;

/** Of a longer line only the first bytes are read, one more than this, so that a body without LF cannot fill the memory. */
export const MAX_LINE_BYTES = 1_048_576;

/** Cuts chunks of bytes into lines at LF; only a line that spans chunks is copied. */
export class LineSplitter {
  readonly #read: LineReader;
  #carried: Buffer[] = [];
  #carriedBytes = 0;

  constructor(read: LineReader) {
    this.#read = read;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      if (this.#carriedBytes > 0) {
        this.#carry(chunk.subarray(0, to));
        this.#readCarried();
      } else {
        this.#read(chunk, from, Math.min(to, from + MAX_LINE_BYTES + 1));
      }
      from = to + 1;
    }
    this.#carry(chunk.subarray(from));
  }

  /** Reads the last line where no LF ended it; true where every line was ended. */
  finish(): boolean {
    const isWhole = this.#carriedBytes === 0;
    if (!isWhole) this.#readCarried();
    return isWhole;
  }

  #carry(part: Buffer): void {
    const kept = Buffer.from(part.subarray(0, MAX_LINE_BYTES + 1 - this.#carriedBytes));
    if (kept.length > 0) {
      this.#carried.push(kept);
      this.#carriedBytes += kept.length;
    }
  }

  #readCarried(): void {
    const line = Buffer.concat(this.#carried);
    this.#carried = [];
    this.#carriedBytes = 0;
    this.#read(line, 0, line.length);
  }
}
