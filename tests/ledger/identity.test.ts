import { describe, expect, test } from "bun:test";
import { recordsPerDay, recordsPerHour } from "../../lib/ledger/counts.ts";
import { foldBatch, OUTCOME } from "../../lib/ledger/fold/fold-batch.ts";
import { closeDaysBefore, closeOldDays } from "../../lib/ledger/identity/close.ts";
import { claimSource } from "../../lib/ledger/source.ts";
import { batchOf, openTestLedger, type TestLedger, type TestRecord } from "../support/ledger.ts";
import { recordWith } from "../support/records.ts";

const DAY_MS = 86_400_000;
const DAY = Date.UTC(2026, 10, 9) / DAY_MS;
const at = (day: number, hour = 0) => (DAY + day) * DAY_MS + hour * 3_600_000;
const came = (records: readonly TestRecord[], now: number) => ({ records, now });

async function ledgerWith(...folds: { records: readonly TestRecord[]; now: number }[]): Promise<TestLedger> {
  const ledger = openTestLedger();
  for (const { records, now } of folds) await foldBatch(ledger, batchOf(records), { now, source: "records" });
  return ledger;
}

describe("identities", () => {
  test("are kept for the retention time from when a record came, whatever day it is of", async () => {
    const old = recordWith({ id: "a", at: at(-300) });
    const ledger = await ledgerWith(came([old], at(0)));
    expect((await closeOldDays(ledger, { now: at(90), retentionDays: 90 })).days).toEqual([]);
    expect((await foldBatch(ledger, batchOf([old]), { now: at(90), source: "records" })).duplicates).toBe(1);
    expect(await closeOldDays(ledger, { now: at(91), retentionDays: 90, dryRun: true })).toEqual({
      identities: 1,
      days: [DAY - 300],
    });
    expect(await closeOldDays(ledger, { now: at(91), retentionDays: 90 })).toEqual({
      identities: 1,
      days: [DAY - 300],
    });
    const { outcomes } = await foldBatch(ledger, batchOf([old, recordWith({ id: "b", at: at(91) })]), {
      now: at(91),
      source: "records",
    });
    expect([...outcomes]).toEqual([OUTCOME.tooOld, OUTCOME.counted]);
    expect((await recordsPerDay(ledger.sql)).get(DAY - 300)).toEqual({ records: 1, isClosed: true });
  });

  test("-1 keeps them for ever", async () => {
    const ledger = await ledgerWith(came([recordWith({ id: "a", at: at(0) })], at(0)));
    expect(await closeOldDays(ledger, { now: at(5000), retentionDays: -1 })).toEqual({ identities: 0, days: [] });
  });

  test("a table that is followed drops those of days that it does not read again", async () => {
    const ledger = await ledgerWith(
      came([recordWith({ id: "a", at: at(0) }), recordWith({ id: "b", at: at(2) })], at(2)),
    );
    expect((await closeDaysBefore(ledger, DAY + 1)).days).toEqual([DAY]);
    expect(ledger.db.query("SELECT COUNT(*) AS n FROM identity_run").get()).toEqual({ n: 1 });
  });

  test("many small folds leave few runs", async () => {
    const ledger = openTestLedger();
    for (let i = 0; i < 300; i++) {
      await foldBatch(ledger, batchOf([recordWith({ id: `r${i}`, at: at(0) })]), { now: at(0), source: "records" });
    }
    const runs = ledger.db.query<{ n: number }, []>("SELECT COUNT(*) AS n FROM identity_run").get()?.n ?? 0;
    expect(runs).toBeLessThan(12);
    expect((await recordsPerDay(ledger.sql)).get(DAY)?.records).toBe(300);
  });
});

test("records are counted per hour of a window", async () => {
  const records = [0, 0, 1, 5, 30].map((hour, i) => recordWith({ id: `r${i}`, at: at(0, hour) }));
  const ledger = await ledgerWith(came(records, at(3)));
  expect([...(await recordsPerHour(ledger.sql, at(0, 0), at(0, 5)))]).toEqual([
    [at(0, 0), 2],
    [at(0, 1), 1],
  ]);
  expect((await recordsPerHour(ledger.sql, at(1, 6), at(1, 7))).get(at(1, 6))).toBe(1);
});

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
