import { existsSync } from "node:fs";
import type { Zone } from "../aggregator/zone.ts";
import { closeOldDays } from "../ledger/identity/close.ts";
import { createLedger } from "../ledger/ledger.ts";
import { ledgerMigrations } from "../ledger/schema/migrations.ts";
import type { OpenResult } from "../store/database.ts";
import { openLedgerFile } from "../store/open-ledger.ts";

/** How many identities of the ledger's records were past the retention time, and went unless it is a dry run. */
type PurgedLedger = { readonly kind: "purged"; readonly identities: number } | Extract<OpenResult, { kind: "failed" }>;

/** Closes the days of a ledger file whose records all came before the retention time; nothing where there is no file. */
export function purgeLedger(
  path: string,
  zone: Zone,
  options: { readonly now: number; readonly retentionDays: number; readonly dryRun: boolean },
): PurgedLedger {
  if (!existsSync(path)) return { kind: "purged", identities: 0 };
  const opened = openLedgerFile(path, ledgerMigrations("sqlite"), "write");
  if (opened.kind === "failed") return opened;
  try {
    return { kind: "purged", identities: closeOldDays(createLedger(opened.db, zone), options).identities };
  } finally {
    opened.db.close();
  }
}
