import { describe, expect, test } from "bun:test";
import { drainBody, MAX_PAGE_BYTES } from "../../lib/scrape/drain-body.ts";

async function* source(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe("drainBody", () => {
  test("gives the sink the bytes in order, in pieces of at most 256 KiB", async () => {
    const big = new Uint8Array(1_000_000).map((_, i) => i % 251);
    const pieces: Uint8Array[] = [];
    const end = await drainBody(source(big, new Uint8Array(0), big), (piece) => pieces.push(piece), {
      maxBytes: MAX_PAGE_BYTES,
    });
    expect(end).toEqual({ kind: "complete", bytes: 2_000_000 });
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(256 * 1024);
    expect(Buffer.concat(pieces).equals(Buffer.concat([big, big]))).toBe(true);
  });

  test("lets other work through at least once for every 256 KiB, however the chunks come", async () => {
    for (const chunkSize of [4 * 1024 ** 2, 1000]) {
      let turns = 0;
      let running = true;
      const turn = () => {
        turns += 1;
        if (running) setImmediate(turn);
      };
      setImmediate(turn);
      const chunks = Array.from({ length: Math.ceil((4 * 1024 ** 2) / chunkSize) }, () => new Uint8Array(chunkSize));
      await drainBody(source(...chunks), () => {}, { maxBytes: MAX_PAGE_BYTES });
      running = false;
      expect(turns).toBeGreaterThanOrEqual(15);
    }
  });

  test("closes the source when it leaves early", async () => {
    let closed = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(10);
      } finally {
        closed = true;
      }
    }
    expect(await drainBody(watched(), () => {}, { maxBytes: 25 })).toEqual({ kind: "too_large", bytes: 20 });
    await Promise.resolve();
    expect(closed).toBe(true);
  });

  test("calls a source that throws broken, with the bytes so far", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(7);
      throw new Error("gone");
    }
    expect(await drainBody(broken(), () => {}, { maxBytes: 25 })).toMatchObject({ kind: "broken", bytes: 7 });
  });
});
