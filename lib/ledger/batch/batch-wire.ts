import { createBatch, type SpendBatch } from "./spend-batch.ts";
import { NULL_TEXT, Texts } from "./texts.ts";

/** A batch on its way between threads. Its buffer is handed over; texts go once, when a batch has them first. */
export type BatchOnWire = {
  readonly length: number;
  readonly capacity: number;
  readonly room: ArrayBuffer;
  /** The texts that are new since the batch before, by their numbers. */
  readonly texts: readonly string[];
  /** Whether the numbers begin anew. */
  readonly isAnew: boolean;
};

/** The columns that hold numbers of texts. */
const NAMES = ["model", "modelGroup", "provider", "key", "user", "endUser", "team", "tags"] as const;

/** Packs batches, one after the other, for one receiver. */
export class BatchSender {
  #texts: Texts | undefined;
  #sent = NULL_TEXT;

  /** The batch as it can be sent; its `room` has to be handed over, and the batch not be used any more. */
  pack({ length, texts, startedAt }: SpendBatch): BatchOnWire {
    const isAnew = texts !== this.#texts;
    if (isAnew) this.#sent = NULL_TEXT + 1;
    this.#texts = texts;
    const fresh: string[] = [];
    for (; this.#sent < texts.size; this.#sent++) fresh.push(texts.textOf(this.#sent) ?? "");
    // Columns of our own batches lie in one buffer, which nobody shares.
    const room = startedAt.buffer as ArrayBuffer;
    return { length, capacity: startedAt.length, room, texts: fresh, isAnew };
  }
}

/** Unpacks what one sender has packed, in its order. */
export class BatchReceiver {
  #texts = new Texts();
  /** Our number of each text by the sender's: a fold adds texts of its own to those of a batch. */
  #numbers: number[] = [NULL_TEXT];

  unpack({ length, capacity, room, texts, isAnew }: BatchOnWire): SpendBatch {
    if (isAnew) {
      this.#texts = new Texts();
      this.#numbers = [NULL_TEXT];
    }
    for (const text of texts) this.#numbers.push(this.#texts.numberOf(text));
    const batch = createBatch(this.#texts, capacity, room);
    batch.length = length;
    const numbers = this.#numbers;
    for (const name of NAMES) {
      const column = batch[name];
      for (let i = 0; i < length; i++) column[i] = numbers[column[i] ?? 0] ?? NULL_TEXT;
    }
    return batch;
  }
}
