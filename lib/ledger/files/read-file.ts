import { csvReader } from "./csv.ts";
import { jsonLinesReader } from "./json-lines.ts";
import { jsonValuesReader } from "./json-values.ts";
import type { RecordSink, TextReader } from "./record-sink.ts";

const PAUSE_EVERY_MS = 50;

/**
 * Reads request records from a stream of bytes: JSON Lines, a JSON list, objects one after another, or CSV, plain or
 * packed by gzip or zstd; what it is shows at its begin. Memory does not grow with the length. `onBytes` hears how many
 * bytes (as they are stored) were read, `afterPiece` is awaited after each piece; the signal ends the reading between two.
 *
 * @throws what the stream throws, and an error of the unpacking where the bytes are damaged
 */
export async function readRecords(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  sink: RecordSink,
  {
    signal,
    onBytes,
    afterPiece,
  }: {
    readonly signal?: AbortSignal;
    readonly onBytes?: (bytes: number) => void;
    readonly afterPiece?: () => Promise<void>;
  } = {},
): Promise<void> {
  const counted = stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        onBytes?.(chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
  const decoder = new TextDecoder();
  let reader: TextReader | undefined;
  let begin = "";
  const take = (text: string, isLast: boolean): void => {
    if (reader) {
      reader.push(text);
      return;
    }
    begin += text;
    const make = formatOf(begin, isLast);
    if (!make) return;
    reader = make(sink);
    reader.push(begin);
  };
  let pausedAt = performance.now();
  for await (const chunk of await unpacked(counted)) {
    take(decoder.decode(chunk, { stream: true }), false);
    await afterPiece?.();
    if (performance.now() - pausedAt > PAUSE_EVERY_MS) {
      // A file on a disk is always ready: without a turn of the event loop no signal would ever be heard.
      await new Promise(setImmediate);
      pausedAt = performance.now();
    }
    if (signal?.aborted === true) return;
  }
  take(decoder.decode(), true);
  reader?.finish();
}

/** The reader for what a text begins with; undefined while that cannot be told. */
function formatOf(begin: string, isLast: boolean): ((sink: RecordSink) => TextReader) | undefined {
  const text = begin.trimStart();
  if (text === "") return undefined;
  if (text.startsWith("[")) return jsonValuesReader;
  if (!text.startsWith("{")) return csvReader;
  const end = text.indexOf("\n");
  if (end === -1 && !isLast && text.length < 1000) return undefined;
  // An object over several lines, as `jq` prints it, has nothing that is whole on its first line.
  const first = (end === -1 ? text : text.slice(0, end)).trim();
  return first === "{" || /^\{\s*"[^"]*"\s*:[^{}]*,$/.test(first) ? jsonValuesReader : jsonLinesReader;
}

async function unpacked(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { first, whole } = await peek(stream);
  if (first[0] === 0x1f && first[1] === 0x8b) return whole.pipeThrough(new DecompressionStream("gzip"));
  const isZstd = first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd;
  return isZstd ? whole.pipeThrough(new DecompressionStream("zstd")) : whole;
}

/** The first bytes of a stream (four, unless it is shorter), and the stream with them still in it. */
async function peek(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.getReader();
  let first: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let isDone = false;
  while (first.length < 4 && !isDone) {
    const read = await reader.read();
    isDone = read.done;
    if (read.value) first = new Uint8Array([...first, ...read.value]);
  }
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (first.length > 0) controller.enqueue(first);
      if (isDone) controller.close();
    },
    async pull(controller) {
      const read = await reader.read();
      if (read.done) controller.close();
      else controller.enqueue(read.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { first, whole };
}
