import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { Texts } from "../../../lib/ledger/batch/texts.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import { createLedger, type Ledger } from "../../../lib/ledger/ledger.ts";
import { ledgerMigrations } from "../../../lib/ledger/schema/migrations.ts";
import type { LedgerStore, LedgerTransaction } from "../../../lib/ledger/sql/ledger-store.ts";
import { sqliteStore } from "../../../lib/ledger/sql/sqlite/store.ts";
import { migrate } from "../../../lib/store/open/migrate.ts";
import { batchOf } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";
import { differences, rollupsOf, truthOf } from "../truth.ts";

setDefaultTimeout(120_000);

const AT = Date.UTC(2026, 10, 9);
const DAY = AT / 86_400_000;
/** So many rows are written in one transaction of a day at most. */
const MOST_ROWS = 20_000;

/** How many rows a write transaction wrote. */
type Done = { rows: number };

/** A ledger in memory, and what each of its write transactions did. */
function openCounted(): { readonly ledger: Ledger; readonly done: readonly Done[] } {
  const db = new Database(":memory:", { strict: true });
  migrate(db, ledgerMigrations("sqlite"));
  const store = sqliteStore(db);
  const done: Done[] = [];
  const counted: LedgerStore = {
    ...store,
    write(work, options) {
      const mine: Done = { rows: 0 };
      done.push(mine);
      return store.write((transaction) => work(counting(transaction, mine)), options);
    },
  };
  return { ledger: createLedger(counted, createZone("UTC")), done };
}

function counting(transaction: LedgerTransaction, mine: Done): LedgerTransaction {
  return {
    ...transaction,
    addRows(table, block) {
      mine.rows += block.rows;
      return transaction.addRows(table, block);
    },
    setRows(table, columns, rows) {
      mine.rows += rows.length;
      return transaction.setRows(table, columns, rows);
    },
  };
}

/** Requests of one day, each of another customer, user and minute, as far as there are any. */
function requests(count: number) {
  return Array.from({ length: count }, (_, i) =>
    recordWith({
      ...{ id: `r${i}`, at: AT + ((i * 60_000) % 86_400_000), endUser: `customer-${i}` },
      ...{ user: `user-${i}`, model: `model-${i % 300}`, tags: [`tag-${i}`] },
    }),
  );
}

test("a day with many rows is written in many transactions, none of which is long", async () => {
  const { ledger, done } = openCounted();
  const records = requests(9000);
  const fold = beginDay(ledger, DAY, { now: AT, keepsIdentities: false });
  fold.add(batchOf(records, new Texts()));
  expect(await fold.commit({ source: "table" })).toMatchObject({ kind: "replaced", records: 9000 });
  const rows = done.map((one) => one.rows);
  expect(rows.reduce((sum, some) => sum + some, 0)).toBeGreaterThan(2 * MOST_ROWS);
  expect(Math.max(...rows)).toBeLessThanOrEqual(MOST_ROWS);
  expect(differences(await rollupsOf(ledger), truthOf(records, "UTC", AT))).toEqual([]);
});

test("the transaction that puts a day in its place writes no row of a rollup, however large the day is", async () => {
  const { ledger, done } = openCounted();
  for (const count of [500, 2000]) {
    const fold = beginDay(ledger, DAY, { now: AT, keepsIdentities: true });
    fold.add(batchOf(requests(count)));
    const from = done.length;
    await fold.commit({ source: "table" });
    const [first, ...others] = done.slice(from);
    expect(first?.rows).toBe(0);
    // The last ones remove the sheet that was there before.
    expect(others.filter(({ rows }) => rows > 0).length).toBeLessThan(others.length);
  }
});

test("a fold of single records writes no more rows than its records have places in the rollups", async () => {
  const { ledger, done } = openCounted();
  await foldBatch(ledger, batchOf(requests(3000)), { now: AT, source: "records" });
  const [, ...more] = done;
  expect(more).toEqual([]);
  // Quarter, minute, payer, customer, tag, route twice (its sums, its sketches) and the quarters themselves.
  expect(done[0]?.rows).toBeLessThanOrEqual(3000 * 7 + 96);
});
