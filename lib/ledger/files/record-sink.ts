/** Takes what a reader finds in a file, in its order; lines count from 1. */
export type RecordSink = {
  /** A value as JSON knows it: of a JSON file, or a row of a CSV file by its column names. */
  value(value: unknown, line: number): void;
  /** Something that is no value, and why. */
  bad(line: number, reason: string): void;
  /**
   * Offers the bytes of a line from `from` to `to`, where a newline stands and some bytes more. False where it has to come
   * as a value; a sink without this gets values only.
   */
  line?(view: DataView, from: number, to: number): boolean;
};

/** Reads bytes that come in pieces, which may end anywhere. */
export type ByteReader = {
  /** The piece belongs to the caller again when this returns. */
  push(bytes: Uint8Array): void;
  /** The bytes have ended. */
  finish(): void;
};

/** Reads a text that comes in pieces, which may end anywhere. */
export type TextReader = {
  push(text: string): void;
  /** The text has ended. */
  finish(): void;
};

/** A longer record is left out, so that a file that is one endless record cannot fill the memory. */
export const MOST_CHARACTERS = 1 << 24;

/** Why such a record is left out. */
export const TOO_LONG = `it is longer than ${MOST_CHARACTERS / (1 << 20)} MB`;

/** Gives a JSON text to the sink as a value. */
export function parseInto(sink: RecordSink, text: string, line: number): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    sink.bad(line, "it is not JSON");
    return;
  }
  sink.value(value, line);
}
