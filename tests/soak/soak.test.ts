import { expect, setDefaultTimeout, test } from "bun:test";
import { findFaketime } from "./fake-clock.ts";
import { soakLedger } from "./ledger/soak.ts";
import { soakMetrics } from "./metrics/soak.ts";
import type { Tally } from "./tally.ts";

setDefaultTimeout(600_000);

/** Always the same short run; `make soak` and `make soak-ledger` go on for ten minutes from a seed of their own. */
const SHORT = { seed: 20261122, seconds: 0 };

function library(): string {
  const path = findFaketime();
  if (path === undefined) throw new Error("libfaketime is missing: run `make faketime`, or set LIBFAKETIME");
  return path;
}

function expectSame({ differences, counts }: Tally, faults: readonly string[]): void {
  expect(differences).toEqual([]);
  expect(faults.filter((fault) => !counts.has(fault))).toEqual([]);
}

test("what is booked of some worlds full of faults is what an observer of the same pages could know", async () => {
  const tally = await soakMetrics({ ...SHORT, stepsPerWorld: 60, lanes: 3, library: library() });
  expectSame(tally, ["kill -9 of serve", "restart", "gap over a clock change", "worlds compared", "page: truncated"]);
});

test("two ledgers hold every row ever written once, whatever befell their source, their disk and themselves", async () => {
  const tally = await soakLedger({ ...SHORT, stepsPerWorld: 12, library: library() });
  expectSame(tally, ["connections cut", "late rows", "kill -9 of sync", "ledger worlds compared"]);
});
