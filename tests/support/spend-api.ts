import { jsonLinesReader } from "../../lib/ledger/files/json-lines.ts";
import { RecordBatches } from "../../lib/ledger/files/record-batches.ts";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { RECORDS_SOURCE } from "../../lib/ledger/source.ts";
import { fixtureText } from "./fixtures.ts";
import { openTestLedger, type TestLedger } from "./ledger.ts";

/** The moment at which the recorded answers of `spend-api` hold. */
export const AS_OF = Date.parse("2026-11-21T21:00:00Z");

/** A ledger that was fed with JSON Lines. */
export async function ledgerOf(lines: string, zone = "UTC"): Promise<TestLedger> {
  const ledger = openTestLedger(zone);
  const batches = new RecordBatches(({ line, reason }) => {
    throw new Error(`Line ${line}: ${reason}`);
  });
  const reader = jsonLinesReader(batches);
  reader.push(new TextEncoder().encode(lines));
  reader.finish();
  batches.end();
  for (let batch = batches.next(); batch !== undefined; batch = batches.next()) {
    await foldBatch(ledger, batch, { now: AS_OF, source: RECORDS_SOURCE });
  }
  return ledger;
}

/** The ledger of the recorded rows of `spend-api`. */
export function recordedLedger(zone = "UTC"): Promise<TestLedger> {
  return ledgerOf(fixtureText("spend-api/rows.jsonl"), zone);
}
