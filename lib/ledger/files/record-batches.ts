import { readSpendRecord } from "../../litellm/spend-record.ts";
import { appendRecord } from "../batch/append-record.ts";
import { IdentityHash } from "../batch/identity.ts";
import { createBatch, type SpendBatch } from "../batch/spend-batch.ts";
import { Texts } from "../batch/texts.ts";
import { PlainRows } from "./plain-rows.ts";
import type { RecordSink } from "./record-sink.ts";

/** Records of one batch, which are counted in one transaction: it takes some 80 ms. */
const BATCH_ROWS = 16_384;
/** From here on, the texts of a source begin anew, so that memory does not grow with the length of a file. */
const MOST_TEXTS = 200_000;

/** A line or value that is no record, and why. */
export type BadLine = { readonly line: number; readonly reason: string };

/** Puts the records that a reader finds into batches, and keeps these until somebody takes them. */
export class RecordBatches implements RecordSink {
  readonly #hash = new IdentityHash();
  readonly #onBad: (bad: BadLine) => void;
  readonly #full: SpendBatch[] = [];
  readonly #rooms: ArrayBuffer[] = [];
  #texts = new Texts();
  #rows = new PlainRows(this.#texts);
  readonly #capacity: number;
  #batch: SpendBatch;

  constructor(onBad: (bad: BadLine) => void, capacity = BATCH_ROWS) {
    this.#onBad = onBad;
    this.#capacity = capacity;
    this.#batch = createBatch(this.#texts, capacity);
  }

  value(value: unknown, line: number): void {
    const reading = readSpendRecord(value);
    if (reading.kind === "bad") {
      this.bad(line, reading.reason);
      return;
    }
    appendRecord(this.#batch, reading.record, this.#hash);
    if (this.#batch.length === this.#capacity) this.#turn();
  }

  bad(line: number, reason: string): void {
    this.#onBad({ line, reason });
  }

  line(view: DataView, from: number, to: number): boolean {
    if (!this.#rows.take(this.#batch, view, from, to)) return false;
    if (this.#batch.length === this.#capacity) this.#turn();
    return true;
  }

  /** The next batch that is full; undefined where none is. */
  next(): SpendBatch | undefined {
    return this.#full.shift();
  }

  /** What is left at the end, as a batch that is not full. */
  end(): void {
    if (this.#batch.length > 0) this.#turn();
  }

  /** Takes back the room of a batch that nobody needs any more. */
  giveBack(room: ArrayBuffer): void {
    this.#rooms.push(room);
  }

  #turn(): void {
    this.#full.push(this.#batch);
    if (this.#texts.size > MOST_TEXTS) {
      this.#texts = new Texts();
      this.#rows = new PlainRows(this.#texts);
    }
    this.#batch = createBatch(this.#texts, this.#capacity, this.#rooms.pop());
  }
}
