import { errorCode } from "../store/open/error-code.ts";
import { chunksUntil } from "./chunks-until.ts";
import { drainBody, MAX_PAGE_BYTES, unpackGzip } from "./drain-body.ts";
import { type Failed, failed } from "./failure.ts";
import { errorText } from "./fetch/connection-failure.ts";
import type { OnHead, PageHead, PageResult } from "./fetch/fetch-page.ts";

/** `stdin` is asked for its stream only where the path is `-`. */
export type ReadDeps = {
  readonly stdin: () => ReadableStream<Uint8Array>;
  readonly now: () => number;
  readonly onHead: OnHead;
  readonly signal?: AbortSignal | undefined;
  readonly maxBytes?: number;
};

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "a part of the path is not a directory"],
  ["EISDIR", "it is a directory"],
  ["EACCES", "permission was denied"],
  ["EPERM", "permission was denied"],
  ["EMFILE", "too many files are open"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ELOOP", "its links go round in a circle"],
  ["EIO", "the disk reported an error"],
]);

/**
 * Reads a recorded page from a file, or from stdin where `path` is `-`, as fetchPage does from a URL: the same sink, the
 * same limit. What begins with the magic bytes of gzip is unpacked. There is no time limit.
 */
export async function readPageFile(path: string, deps: ReadDeps): Promise<PageResult> {
  const name = path === "-" ? "stdin" : path;
  const maxBytes = deps.maxBytes ?? MAX_PAGE_BYTES;
  const begun = await begin(path === "-" ? deps.stdin : () => Bun.file(path).stream(), deps.signal);
  if (begun.kind === "broken") return unreadable(name, begun.error);
  const readAt = deps.now();
  const head: PageHead = { source: name, contentType: null, dateAt: undefined, askedAt: readAt, readAt };
  const body = begun.packed ? unpackGzip(streamOf(begun.chunks)) : begun.chunks;
  const end = await drainBody(body, deps.onHead(head), { maxBytes, signal: deps.signal });
  // What ends because the reading was stopped looks whole, and is not.
  if (deps.signal?.aborted) return failed("cut_off", `Reading ${name} was stopped before its end`);
  switch (end.kind) {
    case "complete":
      return { kind: "ok", head, bytes: end.bytes };
    case "too_large":
      return failed("too_large", `${name} holds more than ${maxBytes} bytes, which is not a page of LiteLLM's`);
    case "aborted":
      return failed("cut_off", `Reading ${name} was stopped before its end`);
    case "broken":
      if (!begun.packed || errorCode(end.error) !== "") return unreadable(name, end.error);
      return failed("cut_off", `${name} is cut off or damaged: its gzip data ends or breaks after ${end.bytes} bytes`);
    default:
      return end satisfies never;
  }
}

type Begun =
  | { readonly kind: "begun"; readonly packed: boolean; readonly chunks: AsyncGenerator<Uint8Array> }
  | { readonly kind: "broken"; readonly error: unknown };

/** Opens and reads as far as the two bytes that tell gzip from text. */
async function begin(open: () => ReadableStream<Uint8Array>, signal: AbortSignal | undefined): Promise<Begun> {
  const start: Uint8Array[] = [];
  let length = 0;
  try {
    const rest = chunksUntil(open(), signal);
    while (length < 2) {
      const next = await rest.next();
      if (next.done) break;
      start.push(next.value);
      length += next.value.length;
    }
    const [first, second] = Buffer.concat(start.map((chunk) => chunk.subarray(0, 2)));
    return { kind: "begun", packed: first === 0x1f && second === 0x8b, chunks: resume(start, rest) };
  } catch (error) {
    return { kind: "broken", error };
  }
}

async function* resume(start: readonly Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* start;
  yield* rest;
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

function unreadable(name: string, error: unknown): Failed {
  const why = REASONS.get(errorCode(error)) ?? errorText(error, (text) => text);
  return failed("unreadable", `${name} cannot be read: ${why}`);
}
