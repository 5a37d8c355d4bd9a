import type { Intake } from "../ledger/intake.ts";
import type { LedgerReader } from "../ledger/reader.ts";

/** Why there is nothing to answer from or to write to, as the client is told it. */
export type LedgerAbsence = {
  readonly kind: "absent";
  /** 404 where nothing was ever counted, 409 where another kind of source feeds the ledger, 503 where it cannot be used. */
  readonly status: 404 | 409 | 503;
  readonly error: string;
  readonly hint?: string;
};

/** Thrown where a ledger that was open gives nothing: its message is one line for the client. */
export class LedgerTrouble extends Error {
  override readonly name = "LedgerTrouble";
}

/** A ledger to answer from, whose only error besides bugs is `LedgerTrouble`; `version` changes with every change of it. */
export type OpenLedger = { readonly kind: "open"; readonly ledger: LedgerReader; readonly version: string };

/** The spend ledger as the routes need it; what stands behind it comes from the caller. */
export type LedgerAccess = {
  reading(): Promise<OpenLedger | LedgerAbsence>;
  /** What takes the records of a body; the ledger is made where there is none. */
  intake(): Promise<{ readonly kind: "open"; readonly take: Intake } | LedgerAbsence>;
  /** How long the newest body took to be counted; undefined before the first. */
  readonly lastIntakeMs: number | undefined;
};
