import type { Config } from "../../config/resolve.ts";
import { readFeeding } from "../../ledger/questions/feeding.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { readingTrouble } from "../ledger/ledger-trouble.ts";
import { openLedgerView } from "../ledger/ledger-view.ts";
import { type SyncSettings, syncSettings } from "../ledger/sync/sync-settings.ts";
import type { LedgerFacts } from "./facts.ts";

/** Opens the spend ledger as answers do, and looks whether its source may be read; no row of either is written. */
export async function gatherLedger(config: Config): Promise<LedgerFacts> {
  const settings = syncSettings(config);
  const [opened, source] = await Promise.all([openOnce(config), settings && lookAt(settings)]);
  return { opened, source };
}

async function openOnce(config: Config): Promise<LedgerFacts["opened"]> {
  const found = await openLedgerView(ledgerHomeOf(config));
  if (found.kind === "failed") return found;
  const { view, place } = found;
  try {
    const { updatedAt: foldedAt } = await readFeeding(view.sql);
    return { kind: "open", place, foldedAt };
  } catch (error) {
    return { kind: "failed", reason: "damaged", message: readingTrouble(place, error) };
  } finally {
    await view.close();
  }
}

async function lookAt({ url, table, columns }: SyncSettings): Promise<LedgerFacts["source"]> {
  // Without a source the client of PostgreSQL is not loaded.
  const { lookAtSource } = await import("../../ledger/sync/table/look.ts");
  return lookAtSource(url, { table, columns });
}
