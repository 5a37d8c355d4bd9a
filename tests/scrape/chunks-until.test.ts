import { expect, test } from "bun:test";
import { chunksUntil } from "../../lib/scrape/chunks-until.ts";

const CHUNK = new TextEncoder().encode("a");

/** A stream of so many chunks that is silent after them. */
function silentAfter(chunks: number): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream({
    async pull(controller) {
      given++;
      if (given > chunks) await new Promise<never>(() => {});
      controller.enqueue(CHUNK);
    },
  });
}

test.each([0, 1, 3])("a wait for what never comes after %d chunks ends with the signal", async (count) => {
  const stop = new AbortController();
  const chunks = chunksUntil(silentAfter(count), stop.signal);
  for (let index = 0; index < count; index++) expect((await chunks.next()).value).toEqual(CHUNK);
  const waiting = chunks.next();
  stop.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a signal that came before ends it at once, and its source is closed", async () => {
  let isClosed = false;
  const source = new ReadableStream<Uint8Array>({
    cancel() {
      isClosed = true;
    },
  });
  expect(await Array.fromAsync(chunksUntil(source, AbortSignal.abort()))).toEqual([]);
  expect(isClosed).toBe(true);
});

test("without a signal it is the stream, with its end and its failure", async () => {
  expect(await Array.fromAsync(chunksUntil(new Blob([CHUNK, CHUNK]).stream(), undefined))).toEqual([
    new TextEncoder().encode("aa"),
  ]);
  const failing = new ReadableStream<Uint8Array>({
    pull() {
      throw new RangeError("the disk is gone");
    },
  });
  expect(Array.fromAsync(chunksUntil(failing, new AbortController().signal))).rejects.toThrow("the disk is gone");
});
