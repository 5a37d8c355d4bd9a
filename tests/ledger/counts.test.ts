import { expect, test } from "bun:test";
import { recordsPerHour } from "../../lib/ledger/counts.ts";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { batchOf, openTestLedger } from "../support/ledger.ts";
import { recordWith } from "../support/records.ts";

const DAY = Date.UTC(2026, 10, 9);
const at = (day: number, hour = 0) => DAY + day * 86_400_000 + hour * 3_600_000;

test("records are counted per hour of a window", async () => {
  const records = [0, 0, 1, 5, 30].map((hour, i) => recordWith({ id: `r${i}`, at: at(0, hour) }));
  const ledger = openTestLedger();
  await foldBatch(ledger, batchOf(records), { now: at(3), source: "records" });
  expect([...(await recordsPerHour(ledger.sql, at(0, 0), at(0, 5)))]).toEqual([
    [at(0, 0), 2],
    [at(0, 1), 1],
  ]);
  expect((await recordsPerHour(ledger.sql, at(1, 6), at(1, 7))).get(at(1, 6))).toBe(1);
});
