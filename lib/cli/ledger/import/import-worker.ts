import { type BatchOnWire, BatchSender } from "../../../ledger/batch/batch-wire.ts";
import { type Pieces, piecesOf } from "../../../ledger/files/pieces.ts";
import { readRecords } from "../../../ledger/files/read-file.ts";
import { type BadLine, RecordBatches } from "../../../ledger/files/record-batches.ts";

/** What the worker is told. Without a path, the pieces of the file come by themselves. */
export type ImportOrder =
  | { readonly kind: "read"; readonly path: string | undefined }
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  /** A batch was counted, and its room may be used again. */
  | { readonly kind: "taken"; readonly room: ArrayBuffer }
  | { readonly kind: "stop" };

/** What the worker says; `bytes` is how many were read since it last said so. */
export type ImportNews =
  | { readonly kind: "batch"; readonly batch: BatchOnWire; readonly bytes: number }
  | { readonly kind: "bad"; readonly lines: readonly BadLine[] }
  /** A piece that came was used. */
  | { readonly kind: "used" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };

/** Batches that are counted, or wait for it, while the next one is read. */
const MOST_WAITING = 1;

/** The worker that reads a file while the main thread counts what it found; `say` reaches that one. */
export function createImportWorker(
  say: (news: ImportNews, handedOver?: readonly ArrayBuffer[]) => void,
): (order: ImportOrder) => void {
  const stop = new AbortController();
  const pieces: Uint8Array[] = [];
  const sender = new BatchSender();
  let bad: BadLine[] = [];
  const batches = new RecordBatches((line) => bad.push(line));
  let hasEnded = false;
  let waiting = 0;
  let bytes = 0;
  let wake = () => {};
  const until = async (isMet: () => boolean): Promise<void> => {
    while (!isMet() && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  async function* comingPieces(): Pieces {
    for (;;) {
      await until(() => pieces.length > 0 || hasEnded);
      const piece = pieces.shift();
      if (piece === undefined) return;
      yield piece;
      say({ kind: "used" });
    }
  }
  const give = async (): Promise<void> => {
    if (bad.length > 0) say({ kind: "bad", lines: bad });
    bad = [];
    for (let batch = batches.next(); batch !== undefined; batch = batches.next()) {
      await until(() => waiting < MOST_WAITING);
      waiting++;
      const packed = sender.pack(batch);
      say({ kind: "batch", batch: packed, bytes }, [packed.room]);
      bytes = 0;
    }
  };
  const read = async (path: string | undefined): Promise<void> => {
    let failure: string | undefined;
    try {
      const source = path === undefined ? comingPieces() : piecesOf(path);
      const onBytes = (more: number) => {
        bytes += more;
      };
      await readRecords(source, batches, { signal: stop.signal, onBytes, onPiece: give });
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    batches.end();
    await give();
    say(failure === undefined ? { kind: "done" } : { kind: "failed", message: failure });
  };
  return (order) => {
    if (order.kind === "read") void read(order.path);
    else if (order.kind === "piece") pieces.push(order.bytes);
    else if (order.kind === "end") hasEnded = true;
    else if (order.kind === "stop") stop.abort();
    else {
      waiting--;
      batches.giveBack(order.room);
    }
    wake();
  };
}
