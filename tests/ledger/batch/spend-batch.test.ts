import { expect, test } from "bun:test";
import { copyBatch, createBatch } from "../../../lib/ledger/batch/spend-batch.ts";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { batchOf } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";

test("a new batch is empty, and its columns fill one buffer side by side", () => {
  const { length, texts, ...columns } = createBatch(new Texts(), 7);
  expect(length).toBe(0);
  expect(texts.size).toBe(1);
  const parts = Object.values(columns).toSorted((a, b) => a.byteOffset - b.byteOffset);
  let end = 0;
  for (const column of parts) {
    expect(column).toHaveLength(7);
    expect(column.byteOffset).toBe(end);
    end += column.byteLength;
  }
  expect(parts.map(({ buffer }) => buffer.byteLength)).toEqual(parts.map(() => end));
});

test("a copy of a batch keeps its rows when the batch is filled again", () => {
  const batch = batchOf([1, 2, 3].map((at) => recordWith({ id: `r${at}`, at })));
  batch.length = 2;
  const copy = copyBatch(batch);
  batch.startedAt.fill(9);
  expect(copy.length).toBe(2);
  expect([...copy.startedAt]).toEqual([1, 2]);
});
