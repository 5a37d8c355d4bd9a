import { expect, test } from "bun:test";
import { createGroupBatch } from "../../../lib/ledger/batch/group-batch.ts";
import { Texts } from "../../../lib/ledger/batch/texts.ts";

test("a new batch of groups is empty and has room for its capacity in every column", () => {
  const { length, texts, ...columns } = createGroupBatch(new Texts(), 7);
  expect(length).toBe(0);
  expect(texts.size).toBe(1);
  for (const column of Object.values(columns)) expect(column).toHaveLength(7);
});
