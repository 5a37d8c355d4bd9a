import { open } from "node:fs/promises";

const PIECE_BYTES = 1 << 18;

/** Pieces of a file; each is used before the next is asked for. */
export type Pieces = AsyncIterable<Uint8Array>;

/** The pieces of a file, all in the same memory. @throws what the file system throws */
export async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const room = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(room, 0, room.length);
      if (bytesRead === 0) return;
      yield room.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads up to `most` bytes ahead: whether the pieces end with them, and all pieces with these in front. Where the source
 * fails meanwhile, it fails behind them.
 */
export async function readAhead(
  pieces: Pieces,
  most: number,
): Promise<{ readonly isAll: boolean; readonly all: Pieces }> {
  const rest = pieces[Symbol.asyncIterator]();
  const begin: Uint8Array[] = [];
  let isAll = false;
  let failure: { readonly error: unknown } | undefined;
  for (let bytes = 0; bytes <= most && !isAll; ) {
    try {
      const next = await rest.next();
      if (next.done === true) isAll = true;
      else {
        begin.push(next.value.slice());
        bytes += next.value.length;
      }
    } catch (error) {
      failure = { error };
      isAll = true;
    }
  }
  async function* all(): Pieces {
    yield* begin.splice(0);
    if (failure !== undefined) throw failure.error;
    if (!isAll) yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { isAll, all: all() };
}
