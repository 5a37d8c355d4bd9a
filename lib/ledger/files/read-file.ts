import { createPause } from "../pause.ts";
import { csvReader } from "./csv.ts";
import { jsonLinesReader } from "./json-lines.ts";
import { jsonValuesReader } from "./json-values.ts";
import { beginsPage, LONGEST_PAGE_HEAD } from "./page-of-rows.ts";
import type { Pieces } from "./pieces.ts";
import type { ByteReader, RecordSink, TextReader } from "./record-sink.ts";

/** Bytes that show what a file is. */
const ENOUGH_BYTES = 1000;
const MOST_LOOKED_AT = 1 << 16;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** What the caller of `readRecords` is told, and the signal with which it ends the reading between two pieces. */
export type ReadOptions = {
  readonly signal?: AbortSignal;
  /** How many bytes (as they are stored) were read. */
  readonly onBytes?: (bytes: number) => void;
  /** Awaited after each piece, once the sink has every whole record of it. */
  readonly onPiece?: () => Promise<void>;
};

/**
 * Reads request records from pieces of bytes: JSON Lines, a JSON list, objects one after another, pages of LiteLLM's
 * `/spend/logs/v2`, or CSV, plain or packed by gzip or zstd; the beginning shows which. Memory does not grow with the length.
 *
 * @throws what the pieces throw, and an error of the unpacking where the bytes are damaged
 */
export async function readRecords(pieces: Pieces, sink: RecordSink, options: ReadOptions = {}): Promise<void> {
  const { signal, onBytes, onPiece } = options;
  const reader = recordReader(sink);
  const pause = createPause();
  for await (const piece of inUtf8(unpacked(counted(pieces, onBytes)))) {
    reader.push(piece);
    await onPiece?.();
    // A file on a disk is always ready: without a pause no signal would ever be heard.
    await pause();
    if (signal?.aborted === true) break;
  }
  // A line that was cut by stopping is not a bad line.
  if (signal?.aborted === true) return;
  reader.finish();
  await onPiece?.();
}

/** A reader that tells from the beginning what the bytes are. */
function recordReader(sink: RecordSink): ByteReader {
  let reader: ByteReader | undefined;
  let begin: Uint8Array = new Uint8Array(0);
  const take = (isLast: boolean): void => {
    const make = formatOf(begin, isLast);
    if (!make) return;
    reader = make(sink);
    reader.push(withoutByteOrderMark(begin));
    begin = new Uint8Array(0);
  };
  return {
    push(bytes) {
      if (reader) return reader.push(bytes);
      begin = begin.length === 0 ? bytes.slice() : Buffer.concat([begin, bytes]);
      take(false);
    },
    finish() {
      if (!reader) take(true);
      reader?.finish();
    },
  };
}

/** The reader for what bytes begin with; undefined while that cannot be told. */
function formatOf(bytes: Uint8Array, isLast: boolean): ((sink: RecordSink) => ByteReader) | undefined {
  if (bytes.length < BYTE_ORDER_MARK.length && !isLast) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_LOOKED_AT)).trimStart();
  // A file may be blank without end.
  if (text === "") return bytes.length > MOST_LOOKED_AT ? jsonLinesReader : undefined;
  if (text.startsWith("[")) return inText(jsonValuesReader);
  if (!text.startsWith("{")) return inText(csvReader);
  const end = text.indexOf("\n");
  if (end === -1 && !isLast && text.length < ENOUGH_BYTES) return undefined;
  // An object over several lines, as `jq` prints it, has nothing that is whole on its first line.
  const first = (end === -1 ? text : text.slice(0, end)).trim();
  const list = text.slice(0, LONGEST_PAGE_HEAD).indexOf("[");
  if (list !== -1 && beginsPage(text.slice(0, list))) return inText(jsonValuesReader);
  const isSpread = first === "{" || /^\{\s*"[^"]*"\s*:[^{}]*,$/.test(first);
  return isSpread ? inText(jsonValuesReader) : jsonLinesReader;
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

/** A reader of texts as one of their bytes (UTF-8). */
function inText(make: (sink: RecordSink) => TextReader): (sink: RecordSink) => ByteReader {
  return (sink) => {
    const reader = make(sink);
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return {
      push: (bytes) => reader.push(decoder.decode(bytes, { stream: true })),
      finish() {
        reader.push(decoder.decode());
        reader.finish();
      },
    };
  };
}

async function* counted(pieces: Pieces, onBytes: ReadOptions["onBytes"]): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    onBytes?.(piece.length);
    yield piece;
  }
}

/** At least `bytes` bytes, if there are as many; they must be put in front of the pieces again. */
async function beginOf(pieces: AsyncGenerator<Uint8Array>, bytes: number): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < bytes) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    first = Buffer.concat([first, value]);
  }
  return first;
}

/**
 * Text in UTF-16 with its byte order mark, as PowerShell's `>` and Excel's "Unicode text" write it, in UTF-8; other
 * bytes as they are.
 */
async function* inUtf8(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await beginOf(pieces, 2);
  const encoding =
    first[0] === 0xff && first[1] === 0xfe
      ? "utf-16le"
      : first[0] === 0xfe && first[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (encoding === undefined) {
    if (first.length > 0) yield first;
    yield* pieces;
    return;
  }
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  yield encoder.encode(decoder.decode(first, { stream: true }));
  for await (const piece of pieces) yield encoder.encode(decoder.decode(piece, { stream: true }));
  yield encoder.encode(decoder.decode());
}

async function* unpacked(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await beginOf(pieces, 4);
  const format = packingOf(first);
  if (format === undefined) {
    if (first.length > 0) yield first;
    yield* pieces;
    return;
  }
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first.slice()),
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value.slice());
    },
    cancel: async () => void (await pieces.return(undefined)),
  });
  yield* packed.pipeThrough(new DecompressionStream(format));
}

function packingOf(first: Uint8Array): "gzip" | "zstd" | undefined {
  if (first[0] === 0x1f && first[1] === 0x8b) return "gzip";
  const isZstd = first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd;
  return isZstd ? "zstd" : undefined;
}
