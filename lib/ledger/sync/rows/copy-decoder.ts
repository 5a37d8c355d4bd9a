/** `PGCOPY\n\xff\r\n\0`, the flags and the length of the extension (PostgreSQL: COPY, binary format). */
const HEADER_BYTES = 19;
const FIRST_ROOM = 1 << 18;
/** Rows are read when so many bytes wait: a row comes alone, and reading many in a row costs less. */
const ENOUGH_BYTES = 1 << 16;

/** Takes rows by their fields. */
export type FieldReader = {
  /** Where each field of the row begins, and its length; -1 for NULL. Filled before `read`. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** Takes the row whose fields were told; the bytes stay until it returns. */
  read(bytes: DataView): void;
  /** The rows have ended. */
  finish(): void;
};

/** Cuts the bytes of `COPY … TO STDOUT (FORMAT binary)` into rows, wherever the chunks end. */
export class CopyDecoder {
  /** Whether the mark of the end came: without it the copy was cut off. */
  isComplete = false;
  readonly #reader: FieldReader;
  #room = new Uint8Array(FIRST_ROOM);
  #view = new DataView(this.#room.buffer);
  #end = 0;
  #hasHeader = false;

  constructor(reader: FieldReader) {
    this.#reader = reader;
  }

  /** Takes the next bytes. @throws Error on bytes that are not such a copy. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#room.length) this.#makeRoom(chunk.length);
    this.#room.set(chunk, this.#end);
    this.#end += chunk.length;
    if (this.#end >= ENOUGH_BYTES) this.#read();
  }

  /** Reads what still waits, up to the last batch. @throws Error on bytes that are not such a copy. */
  finish(): void {
    this.#read();
    this.#reader.finish();
  }

  #makeRoom(bytes: number): void {
    this.#read();
    if (this.#end + bytes <= this.#room.length) return;
    const room = new Uint8Array(2 * (this.#end + bytes));
    room.set(this.#room.subarray(0, this.#end));
    this.#room = room;
    this.#view = new DataView(room.buffer);
  }

  #read(): void {
    let at = this.#header();
    for (let next = at; ; at = next) {
      next = this.#measure(at);
      if (next < 0) break;
      this.#reader.read(this.#view);
    }
    this.#room.copyWithin(0, at, this.#end);
    this.#end -= at;
  }

  #header(): number {
    if (this.#hasHeader || this.#end < HEADER_BYTES) return 0;
    const end = HEADER_BYTES + this.#view.getInt32(HEADER_BYTES - 4);
    this.#hasHeader = end <= this.#end;
    return this.#hasHeader ? end : 0;
  }

  /** Finds where the fields of the row lie that begins at `at`; gives its end, or -1 where it is not whole yet. */
  #measure(at: number): number {
    if (!this.#hasHeader || this.isComplete || at + 2 > this.#end) return -1;
    const view = this.#view;
    const count = view.getInt16(at);
    const { starts, lengths } = this.#reader;
    if (count === -1) {
      this.isComplete = true;
      return -1;
    }
    if (count !== starts.length) throw new Error(`PostgreSQL sent a row of ${count} fields, expected ${starts.length}`);
    let next = at + 2;
    for (let field = 0; field < count; field++) {
      if (next + 4 > this.#end) return -1;
      const length = view.getInt32(next);
      starts[field] = next + 4;
      lengths[field] = length;
      next += length < 0 ? 4 : 4 + length;
    }
    return next > this.#end ? -1 : next;
  }
}
