import { nextTurn } from "../ledger/pause.ts";

/** An unpacked body larger than this is not a page of LiteLLM's (the largest seen had 66 MB). */
export const MAX_PAGE_BYTES = 1024 ** 3;

/** The sink gets pieces of at most this size, and other work goes first after as much: some 2 ms of parsing. */
const TURN_BYTES = 256 * 1024;

/** How a body ended, with the bytes that the sink was given. */
export type BodyEnd =
  | { readonly kind: "complete"; readonly bytes: number }
  | { readonly kind: "too_large"; readonly bytes: number }
  | { readonly kind: "aborted"; readonly bytes: number }
  | { readonly kind: "broken"; readonly bytes: number; readonly error: unknown };

/**
 * Gives a body to a sink as it comes, and lets other work of the process go first in between. Ends early when `signal` is
 * aborted or more than `maxBytes` have come. A source that throws is a `broken` body; a sink that throws is a bug.
 */
export async function drainBody(
  source: AsyncIterable<Uint8Array>,
  sink: (chunk: Uint8Array) => void,
  limits: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined },
): Promise<BodyEnd> {
  const chunks = source[Symbol.asyncIterator]();
  let bytes = 0;
  let sinceTurn = 0;
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await chunks.next();
    } catch (error) {
      return limits.signal?.aborted ? { kind: "aborted", bytes } : { kind: "broken", bytes, error };
    }
    if (next.done) return { kind: "complete", bytes };
    for (let start = 0; start < next.value.length; start += TURN_BYTES) {
      const piece = next.value.subarray(start, start + TURN_BYTES);
      if (bytes + piece.length > limits.maxBytes) return leave(chunks, { kind: "too_large", bytes });
      sink(piece);
      bytes += piece.length;
      sinceTurn += piece.length;
      if (sinceTurn >= TURN_BYTES) {
        sinceTurn = 0;
        await nextTurn();
        if (limits.signal?.aborted) return leave(chunks, { kind: "aborted", bytes });
      }
    }
  }
}

/**
 * A gzip stream's content. It throws at its end if that is not the end of a gzip member, and where the data or a
 * checksum is wrong; several members in a row are one text.
 */
export function unpackGzip(packed: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  // Bun's types have BufferSource where chunks go in, and pipeThrough wants exactly what comes: a Uint8Array is one
  return packed.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
}

function leave(chunks: AsyncIterator<Uint8Array>, end: BodyEnd): BodyEnd {
  chunks.return?.().catch(() => undefined); // nobody reads on, so nobody needs to know how closing went
  return end;
}
