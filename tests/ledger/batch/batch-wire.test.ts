import { expect, test } from "bun:test";
import { BatchReceiver, BatchSender } from "../../../lib/ledger/batch/batch-wire.ts";
import type { SpendBatch } from "../../../lib/ledger/batch/spend-batch.ts";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { batchOf } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";

/** Names, spend and status of the rows of a batch. */
function rowsOf({ length, texts, model, user, team, spend, status }: SpendBatch): unknown[] {
  return Array.from({ length }, (_, i) => [
    ...[model, user, team].map((column) => texts.textOf(column[i] ?? -1)),
    ...[spend[i], status[i]],
  ]);
}

test("batches are the same behind the wire, though texts go once and may begin anew", () => {
  const sender = new BatchSender();
  const receiver = new BatchReceiver();
  const shared = new Texts();
  for (const [round, texts] of [shared, shared, new Texts()].entries()) {
    const records = [0, 1, 2].map((i) =>
      recordWith({
        id: `${round} ${i}`,
        at: i,
        // The first row has a text of its own in each round.
        model: `m${round + 2 - i}`,
        user: i === 1 ? null : "u",
        status: i === 2 ? 1 : 0,
      }),
    );
    const batch = batchOf(records, texts);
    const rows = rowsOf(batch);
    const received = receiver.unpack(sender.pack(batch));
    expect(rowsOf(received)).toEqual(rows);
    // A fold adds texts of its own to those of a batch.
    received.texts.numberOf(`a tag of round ${round}`);
  }
});
