import { LedgerError } from "../../ledger/sql/ledger-error.ts";
import { failureReason, isDamage, isDatabaseError } from "../../store/open/failure-reason.ts";
import { LEDGER_DAMAGE_ADVICE, LEDGER_SETTING } from "../../store/open/open-ledger.ts";

/**
 * Why the ledger at a place cannot be written, as one line that says what to do; what is neither the database's nor the
 * disk's is thrown.
 */
export function ledgerTrouble(place: string, error: unknown): string {
  if (error instanceof LedgerError) return `Cannot write the spend ledger: ${error.message}`;
  const reason = failureReason(error, place, LEDGER_SETTING);
  if (reason === undefined) throw error;
  return `Cannot write the spend ledger ${place}: ${reason}${isDamage(error) ? `; ${LEDGER_DAMAGE_ADVICE}` : ""}`;
}

/** Whether an error is that of a ledger's database, and not of what feeds it. */
export function isLedgerTrouble(error: unknown): boolean {
  return error instanceof LedgerError || isDatabaseError(error);
}

/** Whether the ledger's database may come back by itself. */
export function isLedgerAway(error: unknown): boolean {
  return error instanceof LedgerError && error.reason === "away";
}

/** Why a ledger cannot be read, wherever it lies; the same for reading. */
export function readingTrouble(place: string, error: unknown): string {
  if (error instanceof LedgerError) return error.message;
  const reason = failureReason(error, place, LEDGER_SETTING);
  if (reason === undefined) throw error;
  return `Cannot read the spend ledger ${place}: ${reason}${isDamage(error) ? `; ${LEDGER_DAMAGE_ADVICE}` : ""}`;
}
