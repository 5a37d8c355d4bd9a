import { expect, test } from "bun:test";
import { condemnSheet, isBeingWritten, removeSheet } from "../../../lib/ledger/fold/remove-sheet.ts";
import { makeSheet } from "../../../lib/ledger/sheets.ts";
import { openTestLedger } from "../../support/ledger.ts";

test("a sheet is being written until it is live, condemned or gone, and a live one is never removed", async () => {
  const ledger = openTestLedger();
  const make = async (isLive: boolean) => {
    const made = await makeSheet(ledger.sql, { day: 20_000, zone: "UTC", isLive, isClosed: false, now: 0 });
    return made?.id ?? 0;
  };
  const [live, condemned, written] = [await make(true), await make(false), await make(false)];
  await condemnSheet(ledger.sql, condemned);
  const beingWritten = () => Promise.all([live, condemned, written].map((sheet) => isBeingWritten(ledger.sql, sheet)));
  expect(await beingWritten()).toEqual([false, false, true]);
  for (const sheet of [live, condemned, written]) await removeSheet(ledger, sheet);
  expect(await beingWritten()).toEqual([false, false, false]);
  expect(ledger.db.query("SELECT id FROM sheet").all()).toEqual([{ id: live }]);
});
