import { expect, test } from "bun:test";
import { claimSource } from "../../lib/ledger/source.ts";
import { openTestLedger } from "../support/ledger.ts";

test("a ledger that files have fed refuses a table, and the other way round", async () => {
  const byFiles = openTestLedger();
  expect((await claimSource(byFiles, { kind: "records", name: "a.jsonl" })).kind).toBe("ok");
  expect((await claimSource(byFiles, { kind: "records", name: "b.jsonl" })).kind).toBe("ok");
  expect(await claimSource(byFiles, { kind: "table", name: "LiteLLM_SpendLogs" })).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("fed by files or /ingest"),
  });
  const byTable = openTestLedger();
  expect((await claimSource(byTable, { kind: "table", name: "one" })).kind).toBe("ok");
  expect((await claimSource(byTable, { kind: "records", name: "x" })).kind).toBe("refused");
  expect((await claimSource(byTable, { kind: "table", name: "other" })).kind).toBe("refused");
});
