import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { openLedgerView } from "../../../../lib/cli/ledger/ledger-view.ts";
import { createLedgerReading, type LedgerReading } from "../../../../lib/cli/ledger/serve/ledger-reading.ts";
import { foldBatch } from "../../../../lib/ledger/fold/fold-batch.ts";
import { LedgerTrouble } from "../../../../lib/server/ledger-access.ts";
import { batchOf, openTestLedger } from "../../../support/ledger.ts";
import { recordWith } from "../../../support/records.ts";
import { temporaryPath } from "../../../support/store.ts";

const AT = Date.UTC(2026, 10, 9);

type Reading = Awaited<ReturnType<LedgerReading["reading"]>>;

/** Requests in all, as an answer reads them. */
async function requestsOf(reading: Reading): Promise<number> {
  if (reading.kind === "absent") throw new Error(reading.error);
  return reading.ledger.snapshot(async ({ sql }) => {
    const [row] = await sql.rows<{ requests: number }>("SELECT SUM(requests) AS requests FROM customer_day");
    return row?.requests ?? 0;
  });
}

test("a ledger's file is opened anew for the next answer after its disk could not be read", async () => {
  const path = temporaryPath("ledger.db");
  const db = new Database(path, { strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA wal_autocheckpoint = 0");
  const ledger = openTestLedger("UTC", db);
  const fold = (from: number, to: number) => {
    const places = Array.from({ length: to - from }, (_, i) => from + i);
    const records = places.map((place) => recordWith({ id: `r${place}`, at: AT, endUser: `customer-${place}` }));
    return foldBatch(ledger, batchOf(records), { now: AT, source: "test" });
  };
  await fold(0, 1000);
  let opened = 0;
  const reading = createLedgerReading(() => {
    opened += 1;
    return openLedgerView({ path });
  });
  const ask = () => reading.reading();
  expect(await requestsOf(await ask())).toBe(1000);
  expect(await requestsOf(await ask())).toBe(1000);
  expect(opened).toBe(1);
  // What is gone from the log in front of the file is what a broken disk does not give.
  const breakDisk = () => {
    const log = readFileSync(`${path}-wal`);
    truncateSync(`${path}-wal`, 4096);
    return () => writeFileSync(`${path}-wal`, log, { flag: "r+" });
  };
  const message = `Cannot read the spend ledger ${path}: the disk cannot be read or written`;

  await fold(1000, 2000);
  const inTheMiddle = await ask();
  const mend = breakDisk();
  const trouble = await requestsOf(inTheMiddle).catch((error: unknown) => error);
  expect(trouble).toBeInstanceOf(LedgerTrouble);
  expect(trouble).toMatchObject({ message });
  mend();
  expect(await requestsOf(await ask())).toBe(2000);
  expect(opened).toBe(2);

  await fold(2000, 3000);
  const mendAgain = breakDisk();
  expect(await ask()).toEqual({ kind: "absent", status: 503, error: message });
  mendAgain();
  expect(await requestsOf(await ask())).toBe(3000);
  expect(opened).toBe(3);
  await reading.close();
  db.close();
});
