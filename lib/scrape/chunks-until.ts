/**
 * The chunks of a stream up to its end, or up to the moment that a signal is aborted: a wait for the next chunk ends
 * then, however long the other side of a pipe is silent. Who must know which it was asks the signal.
 *
 * @throws what the stream throws
 */
export async function* chunksUntil(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const chunks = stream[Symbol.asyncIterator]();
  let wake = () => {};
  const stop = () => wake();
  signal?.addEventListener("abort", stop);
  try {
    while (!signal?.aborted) {
      const next = await new Promise<IteratorResult<Uint8Array> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        chunks.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    chunks.return?.()?.catch(() => undefined); // Closing waits for the chunk that nobody waits for any more.
  }
}
