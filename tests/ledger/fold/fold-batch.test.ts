import { expect, test } from "bun:test";
import { DistinctCount } from "../../../lib/aggregator/distinct-count.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import { batchOf, openTestLedger } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TODAY = Date.UTC(2026, 10, 9);
const NOW = TODAY + 20 * HOUR;

test("rows behind the length of a batch, which were of the batch before, are not counted", async () => {
  const ledger = openTestLedger();
  const batch = batchOf([0, 1, 0, 2].map((day, i) => recordWith({ id: `r${i}`, at: TODAY + day * DAY })));
  batch.length = 2;
  expect(await foldBatch(ledger, batch, { now: NOW, source: "records" })).toMatchObject({
    ...{ counted: 2, duplicates: 0, tooOld: 0, outcomes: new Uint8Array(2) },
  });
  expect(ledger.db.query("SELECT day, records FROM sheet ORDER BY day").all()).toEqual([
    { day: TODAY / DAY, records: 1 },
    { day: TODAY / DAY + 1, records: 1 },
  ]);
  const whole = beginDay(ledger, TODAY / DAY + 5, { now: NOW, keepsIdentities: true });
  const again = batchOf([1, 2, 3].map((n) => recordWith({ id: `s${n}`, at: TODAY + 5 * DAY })));
  again.length = 2;
  whole.add(again);
  expect(await whole.commit({ source: "table" })).toMatchObject({ kind: "replaced", records: 2 });
});

test("sessions are told apart by both halves of their hashes, and 0 and 0 is none", async () => {
  const sessions = [
    [1, 7],
    [2, 7],
    [2, 8],
    [0, 5],
    [5, 0],
    [0, 0],
    [1, 7],
  ] as const;
  const batch = batchOf(sessions.map((_, i) => recordWith({ id: `r${i}`, at: TODAY })));
  const expected = new DistinctCount();
  for (const [i, [high, low]] of sessions.entries()) {
    batch.sessionHigh[i] = high;
    batch.sessionLow[i] = low;
    if (high !== 0 || low !== 0) expected.add(high, low);
  }
  const ledger = openTestLedger();
  await foldBatch(ledger, batch, { now: NOW, source: "records" });
  expect(ledger.db.query("SELECT sessions FROM population").get()).toEqual({ sessions: expected.toBytes() });
});

test("minutes are kept of requests that began within 50 hours, to the millisecond", async () => {
  const ledger = openTestLedger();
  const began = [NOW - 50 * HOUR - 1, NOW - 50 * HOUR, NOW - 50 * HOUR + 59_999, NOW - 50 * HOUR + 60_000];
  const records = began.map((at, i) => recordWith({ id: `r${i}`, at, spend: 0.25 }));
  await foldBatch(ledger, batchOf(records), { now: NOW, source: "records" });
  const rows = ledger.db.query("SELECT minute, requests, spend FROM minute ORDER BY minute").all();
  expect(rows).toEqual([
    { minute: 18 * 60, requests: 2, spend: 0.5 },
    { minute: 18 * 60 + 1, requests: 1, spend: 0.25 },
  ]);
});

test("minutes of days that end more than 50 hours ago go when a new day begins, and no others", async () => {
  const ledger = openTestLedger();
  const days = async () => {
    const rows = await ledger.sql.rows<{ day: number }>(
      "SELECT day FROM minute JOIN sheet ON sheet.id = sheet ORDER BY 1",
    );
    return rows.map(({ day }) => day - TODAY / DAY);
  };
  const fold = (day: number, now: number) => {
    const at = TODAY + day * DAY + 12 * HOUR;
    return foldBatch(ledger, batchOf([recordWith({ id: `${day} ${now}`, at })]), { now, source: "records" });
  };
  for (const day of [-2, -1, 0]) await fold(day, TODAY + (day + 1) * DAY);
  expect(await days()).toEqual([-2, -1, 0]);
  // A day that is there already leaves them alone.
  await fold(0, TODAY + 2 * DAY);
  expect(await days()).toEqual([-2, -1, 0]);
  await fold(1, TODAY + DAY + 2 * HOUR - 1);
  expect(await days()).toEqual([-2, -1, 0, 1]);
  await fold(2, TODAY + 2 * DAY + 2 * HOUR);
  expect(await days()).toEqual([0, 1, 2]);
});
