import { expect, setDefaultTimeout, test } from "bun:test";
import { findFaketime } from "./fake-clock.ts";
import { soakLedger } from "./ledger/soak.ts";
import { soakMetrics } from "./metrics/soak.ts";
import type { Tally } from "./tally.ts";

setDefaultTimeout(600_000);

/** Always the same short runs, in which every kind of fault occurs; `make soak` and `make soak-ledger` are the long ones. */
const METRICS = { seed: 20261181, seconds: 0, stepsPerWorld: 48, lanes: 3 };
const LEDGER = { seed: 20262645, seconds: 0, stepsPerWorld: 12 };

const library = findFaketime() ?? "";
/** CI counts a skipped test as failed; elsewhere `make faketime` says what is missing. */
const soak = test.skipIf(library === "");

function expectSame({ differences, counts }: Tally, faults: readonly string[]): void {
  expect(differences).toEqual([]);
  expect(faults.filter((fault) => !counts.has(fault))).toEqual([]);
}

soak("what is booked of some worlds full of faults is what an observer of the same pages could know", async () => {
  const tally = await soakMetrics({ ...METRICS, library });
  expectSame(tally, [
    "clock set back",
    "clock set forward",
    "disk: full",
    "dropped series",
    "gap over a clock change",
    "gap over midnight",
    "kill -9 of serve",
    "kills in the middle of a transaction",
    "overtaken scrape-once",
    "page: truncated",
    "restart",
    "worker restart",
    "worlds compared",
  ]);
});

soak(
  "two ledgers hold every row ever written once, whatever befell their source, their disk and themselves",
  async () => {
    const tally = await soakLedger({ ...LEDGER, library });
    expectSame(tally, [
      "connections cut",
      "days read anew",
      "disk full",
      "kill -9 of serve that follows",
      "kill -9 of serve that takes records",
      "kill -9 of sync",
      "kill -9 of the source",
      "late rows",
      "ledger worlds compared",
      "rows deleted at the source",
      "rows imported again",
      "rows sent again",
      "two folders at once",
    ]);
  },
);
