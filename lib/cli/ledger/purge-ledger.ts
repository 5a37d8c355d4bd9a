import { existsSync } from "node:fs";
import type { Zone } from "../../aggregator/zone.ts";
import { closeOldDays } from "../../ledger/identity/close.ts";
import type { LedgerHome } from "./ledger-path.ts";
import { ledgerTrouble } from "./ledger-trouble.ts";
import { openLedger } from "./open-ledger.ts";

const DAY_MS = 86_400_000;

/** How many identities of the ledger's records were past the retention time, and went unless it is a dry run. */
type PurgedLedger =
  | { readonly kind: "purged"; readonly identities: number; readonly before: number | undefined }
  | { readonly kind: "failed"; readonly message: string };

/** Whether a ledger is set up at a place. */
export function hasLedger({ path, url }: LedgerHome): boolean {
  return url !== undefined || existsSync(path);
}

/**
 * Closes the days of a ledger whose records all came before the retention time (`before`, UTC milliseconds; undefined
 * where everything is kept); nothing where there is no ledger.
 */
export async function purgeLedger(
  home: LedgerHome,
  zone: Zone,
  options: { readonly now: number; readonly retentionDays: number; readonly dryRun: boolean },
): Promise<PurgedLedger> {
  const { now, retentionDays } = options;
  const before = retentionDays < 0 ? undefined : now - retentionDays * DAY_MS;
  if (!hasLedger(home)) return { kind: "purged", identities: 0, before };
  const opened = await openLedger(home, zone);
  if (opened.kind === "failed") return { kind: "failed", message: opened.failure.message };
  try {
    return { kind: "purged", identities: (await closeOldDays(opened.ledger, options)).identities, before };
  } catch (error) {
    return { kind: "failed", message: ledgerTrouble(opened.place, error) };
  } finally {
    await opened.close();
  }
}
