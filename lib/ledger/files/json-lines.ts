import { type ByteReader, MOST_CHARACTERS, parseInto, type RecordSink, TOO_LONG } from "./record-sink.ts";

const NEWLINE = 10;
const FIRST_ROOM = 1 << 12;
/** Bytes behind a line that a sink may look at. */
const MARGIN = 8;

/** Reads JSON Lines: a value a line. Empty lines are passed over, and a bad or endless line costs only itself. */
export function jsonLinesReader(sink: RecordSink): ByteReader {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let room = Buffer.alloc(FIRST_ROOM);
  let view = new DataView(room.buffer, room.byteOffset);
  let end = 0;
  /** Up to here there is no newline. */
  let searched = 0;
  let line = 0;
  /** Whether the beginning of the line was left out as too long. */
  let isSkipping = false;
  const take = (from: number, to: number): void => {
    line++;
    if (to - from > MOST_CHARACTERS) {
      sink.bad(line, TOO_LONG);
      return;
    }
    if (sink.line?.(view, from, to) === true) return;
    const text = decoder.decode(room.subarray(from, to));
    if (text.length > 2 || text.trim() !== "") parseInto(sink, text, line);
  };
  const makeRoom = (bytes: number): void => {
    if (end + bytes + MARGIN <= room.length) return;
    const larger = Buffer.alloc(2 * (end + bytes + MARGIN));
    room.copy(larger, 0, 0, end);
    room = larger;
    view = new DataView(room.buffer, room.byteOffset);
  };
  /** What is left of a piece behind the line that is left out. */
  const behindSkipped = (bytes: Uint8Array): Uint8Array => {
    if (!isSkipping) return bytes;
    const to = bytes.indexOf(NEWLINE);
    isSkipping = to === -1;
    return bytes.subarray(isSkipping ? bytes.length : to + 1);
  };
  return {
    push(piece) {
      const bytes = behindSkipped(piece);
      makeRoom(bytes.length);
      room.set(bytes, end);
      end += bytes.length;
      let from = 0;
      // A newline behind the end is one of older bytes.
      for (let to = room.indexOf(NEWLINE, searched); to !== -1 && to < end; to = room.indexOf(NEWLINE, from)) {
        take(from, to);
        from = to + 1;
      }
      room.copyWithin(0, from, end);
      end -= from;
      if (end > MOST_CHARACTERS) {
        take(0, end);
        isSkipping = true;
        end = 0;
      }
      searched = end;
    },
    finish() {
      room[end] = NEWLINE;
      if (room.toString("utf8", 0, end).trim() !== "") take(0, end);
    },
  };
}
