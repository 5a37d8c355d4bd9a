import { LedgerError } from "../ledger/sql/ledger-error.ts";
import { failureReason, isDamage } from "../store/failure-reason.ts";
import { LEDGER_DAMAGE_ADVICE, LEDGER_SETTING } from "../store/open-ledger.ts";

/** Why the ledger's file cannot be written, as one line that says what to do; what is neither SQLite's nor the disk's is thrown. */
export function ledgerTrouble(path: string, error: unknown): string {
  const reason = failureReason(error, path, LEDGER_SETTING);
  if (reason === undefined) throw error;
  return `Cannot write the spend ledger ${path}: ${reason}${isDamage(error) ? `; ${LEDGER_DAMAGE_ADVICE}` : ""}`;
}

/** Why a ledger cannot be read, wherever it lies; the same for reading. */
export function readingTrouble(place: string, error: unknown): string {
  if (error instanceof LedgerError) return error.message;
  const reason = failureReason(error, place, LEDGER_SETTING);
  if (reason === undefined) throw error;
  return `Cannot read the spend ledger ${place}: ${reason}${isDamage(error) ? `; ${LEDGER_DAMAGE_ADVICE}` : ""}`;
}
