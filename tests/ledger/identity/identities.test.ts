import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { recordsPerDay } from "../../../lib/ledger/counts.ts";
import { foldBatch, OUTCOME } from "../../../lib/ledger/fold/fold-batch.ts";
import { closeDaysBefore, closeOldDays } from "../../../lib/ledger/identity/close.ts";
import type { Ledger } from "../../../lib/ledger/ledger.ts";
import { batchOf, openTestLedger, type TestLedger, type TestRecord } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";
import { temporaryPath } from "../../support/store.ts";

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

  test("a day to which a record comes at the moment of closing stays open, and the days after it are closed", async () => {
    const ledger = await ledgerWith(
      came([recordWith({ id: "a", at: at(0) }), recordWith({ id: "b", at: at(1) })], at(1)),
    );
    let hasCome = false;
    const racing: Ledger = {
      ...ledger,
      async write(work) {
        const late = batchOf([recordWith({ id: "c", at: at(0) })]);
        if (!hasCome) {
          hasCome = true;
          await foldBatch(ledger, late, { now: at(100), source: "records" });
        }
        return ledger.write(work);
      },
    };
    expect(await closeOldDays(racing, { now: at(100), retentionDays: 30 })).toEqual({ identities: 1, days: [DAY + 1] });
    expect((await recordsPerDay(ledger.sql)).get(DAY)).toEqual({ records: 2, isClosed: false });
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

describe("identities that two connections add to one file", () => {
  const fold = (ledger: TestLedger, ids: readonly string[]) => {
    const records = ids.map((id) => recordWith({ id, at: at(0) }));
    return foldBatch(ledger, batchOf(records), { now: at(0), source: "records" });
  };
  const idsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => `r${first + i}`);

  test("are each known to the other, however large the runs are in which they came", async () => {
    const path = temporaryPath("ledger.db");
    const [one, other] = [0, 1].map(() => openTestLedger("UTC", new Database(path, { strict: true })));
    if (!one || !other) throw new Error("Two were opened");
    let first = 0;
    // Runs that join the one before, and runs that stand beside it.
    for (const [count, ledger, reader] of [
      [100, one, other],
      [10, other, one],
      [300, one, other],
      [1, other, one],
      [2, one, other],
    ] as const) {
      expect(await fold(ledger, idsFrom(first, count))).toMatchObject({ counted: count, duplicates: 0 });
      first += count;
      expect(await fold(reader, idsFrom(0, first))).toMatchObject({ counted: 0, duplicates: first });
    }
    // Several runs at one look.
    for (const count of [400, 20, 1]) {
      await fold(one, idsFrom(first, count));
      first += count;
    }
    expect(await fold(other, idsFrom(0, first))).toMatchObject({ counted: 0, duplicates: first });
    one.db.close();
    other.db.close();
  });
});
