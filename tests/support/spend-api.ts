import { jsonLinesReader } from "../../lib/ledger/files/json-lines.ts";
import { createImporter } from "../../lib/ledger/import-records.ts";
import { fixtureText } from "./fixtures.ts";
import { openTestLedger, type TestLedger } from "./ledger.ts";

/** The moment at which the recorded answers of `spend-api` hold. */
export const AS_OF = Date.parse("2026-11-21T21:00:00Z");

/** A ledger that was fed with JSON Lines. */
export async function ledgerOf(lines: string, zone = "UTC"): Promise<TestLedger> {
  const ledger = openTestLedger(zone);
  const importer = createImporter(ledger, {
    now: () => AS_OF,
    onBad: (line, reason) => {
      throw new Error(`Line ${line}: ${reason}`);
    },
  });
  const reader = jsonLinesReader(importer);
  reader.push(lines);
  reader.finish();
  await importer.flush();
  return ledger;
}

/** The ledger of the recorded rows of `spend-api`. */
export function recordedLedger(zone = "UTC"): Promise<TestLedger> {
  return ledgerOf(fixtureText("spend-api/rows.jsonl"), zone);
}
