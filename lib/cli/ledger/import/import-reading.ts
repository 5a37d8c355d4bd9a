import { BatchReceiver } from "../../../ledger/batch/batch-wire.ts";
import type { SpendBatch } from "../../../ledger/batch/spend-batch.ts";
import { type Pieces, piecesOf, readAhead } from "../../../ledger/files/pieces.ts";
import { readRecords } from "../../../ledger/files/read-file.ts";
import { type BadLine, RecordBatches } from "../../../ledger/files/record-batches.ts";
import { chunksUntil } from "../../../scrape/chunks-until.ts";
import { workerUrl } from "../worker-url.ts";
import type { ImportNews, ImportOrder } from "./import-worker.ts";

/** A worker takes longer to begin than so many bytes take to read. */
const SMALL_BYTES = 2 << 20;
/** Pieces on their way to the worker. */
const PIECES_AHEAD = 16;

/** A file of which the path is known, or whose bytes come from elsewhere. */
export type ImportSource =
  | { readonly kind: "file"; readonly path: string; readonly size: number | undefined }
  | { readonly kind: "pieces"; readonly pieces: Pieces };

/** What is done with what was read. */
export type ImportHandlers = {
  /** Counts a batch; the next one is given when that is done. */
  readonly onBatch: (batch: SpendBatch) => Promise<void>;
  readonly onBad: (bad: BadLine) => void;
  /** Hears how many bytes (as they are stored) were read since it last did. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
};

/**
 * Reads the records of a file in batches: a long one in a worker, while the batches before are counted here. Ends early,
 * with the batches that are ready, when the signal is aborted.
 *
 * @throws what the reading throws, when all that came before was counted, and what counting throws
 */
export async function readBatches(source: ImportSource, handlers: ImportHandlers): Promise<void> {
  if (source.kind === "file") {
    const isSmall = source.size !== undefined && source.size <= SMALL_BYTES;
    return isSmall ? readHere(piecesOf(source.path), handlers) : readApart(source.path, handlers);
  }
  const { isAll, all } = await readAhead(chunksUntil(source.pieces, handlers.signal), SMALL_BYTES);
  return isAll ? readHere(all, handlers) : readApart(all, handlers);
}

async function readHere(pieces: Pieces, { onBatch, onBad, onBytes, signal }: ImportHandlers): Promise<void> {
  const batches = new RecordBatches(onBad);
  const give = async (): Promise<void> => {
    for (let batch = batches.next(); batch !== undefined; batch = batches.next()) await onBatch(batch);
  };
  let failure: { readonly error: unknown } | undefined;
  try {
    await readRecords(pieces, batches, { signal, onBytes, onPiece: give });
  } catch (error) {
    failure = { error };
  }
  batches.end();
  await give();
  if (failure !== undefined) throw failure.error;
}

async function readApart(source: string | Pieces, handlers: ImportHandlers): Promise<void> {
  const { onBatch, onBad, onBytes, signal } = handlers;
  const worker = new Worker(workerUrl("import-worker"));
  const order = (one: ImportOrder, handedOver: ArrayBuffer[] = []) => worker.postMessage(one, handedOver);
  const receiver = new BatchReceiver();
  const stop = () => order({ kind: "stop" });
  let onUsed = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      let turn = Promise.resolve();
      const take = async (news: ImportNews): Promise<void> => {
        switch (news.kind) {
          case "batch": {
            onBytes(news.bytes);
            await onBatch(receiver.unpack(news.batch));
            order({ kind: "taken", room: news.batch.room }, [news.batch.room]);
            return;
          }
          case "bad":
            for (const bad of news.lines) onBad(bad);
            return;
          case "used":
            onUsed();
            return;
          case "done":
            resolve();
            return;
          case "failed":
            reject(new Error(news.message));
            return;
          default:
            news satisfies never;
        }
      };
      worker.onmessage = ({ data }: MessageEvent<ImportNews>) => {
        turn = turn.then(() => take(data)).catch(reject);
      };
      worker.onerror = ({ message }) => reject(new Error(`Reading the file met a bug: ${message}`));
      signal.addEventListener("abort", stop);
      order({ kind: "read", path: typeof source === "string" ? source : undefined });
      if (typeof source !== "string") feed(source).catch(reject);
    });
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
  }

  async function feed(pieces: Pieces): Promise<void> {
    let ahead = 0;
    for await (const bytes of pieces) {
      order({ kind: "piece", bytes });
      ahead++;
      while (ahead >= PIECES_AHEAD && !signal.aborted) {
        await new Promise<void>((resolve) => {
          onUsed = resolve;
        });
        ahead--;
      }
      if (signal.aborted) break;
    }
    order({ kind: "end" });
  }
}
