import { createLedgerReader, type LedgerReader } from "../../../ledger/reader.ts";
import {
  type LedgerAbsence,
  type LedgerAccess,
  LedgerTrouble,
  type OpenLedger,
} from "../../../server/ledger-access.ts";
import { isStuck } from "../../../store/open/failure-reason.ts";
import { readingTrouble } from "../ledger-trouble.ts";
import type { OpenedView } from "../ledger-view.ts";

/** How long an answer waits for a ledger that says nothing, and for one that is known to be in trouble. */
type Patience = { readonly usual: number; readonly inTrouble: number };

/** For a server, which may be silent; a file says at once what is wrong. */
export const SERVER_PATIENCE: Patience = { usual: 3000, inTrouble: 250 };

/** The reading half of a long-running process's ledger. */
export type LedgerReading = Pick<LedgerAccess, "reading"> & { close(): Promise<void> };

type Opened = { readonly kind: "opened"; readonly reader: LedgerReader; readonly place: string };

/** Lets answers read a ledger: it is opened when it is first asked for, and again after trouble. */
export function createLedgerReading(open: () => Promise<OpenedView>, patience?: Patience): LedgerReading {
  let opened: Opened | undefined;
  let opening: Promise<Opened | LedgerAbsence> | undefined;
  let isInTrouble = false;

  const leave = (left: Opened): void => {
    if (opened === left) opened = undefined;
    // What is broken may not even close.
    left.reader.close().catch(() => {});
  };
  const openOnce = async (): Promise<Opened | LedgerAbsence> => {
    const found = await open();
    if (found.kind === "failed") return absence(found);
    opened = { kind: "opened", reader: createLedgerReader(found.view), place: found.place };
    return opened;
  };
  const openShared = (): Promise<Opened | LedgerAbsence> => {
    opening ??= openOnce().finally(() => {
      opening = undefined;
    });
    return opening;
  };
  const troubleOf = (from: Opened, error: unknown): LedgerTrouble => {
    if (error instanceof LedgerTrouble) return error;
    const trouble = new LedgerTrouble(readingTrouble(from.place, error), { cause: error });
    // What SQLite has found out about a disk may stay with a connection when its cause is gone: the next answer gets
    // another.
    if (isStuck(error)) leave(from);
    return trouble;
  };
  const guarded = (from: Opened): LedgerReader => {
    const orTrouble = (error: unknown): never => {
      throw troubleOf(from, error);
    };
    return {
      version: () => from.reader.version().catch(orTrouble),
      snapshot: (work) => from.reader.snapshot(work).catch(orTrouble),
      close: from.reader.close,
    };
  };
  const read = async (): Promise<OpenLedger | LedgerAbsence> => {
    const current = opened ?? (await openShared());
    if (current.kind === "absent") return current;
    const ledger = guarded(current);
    try {
      return { kind: "open", ledger, version: await ledger.version() };
    } catch (error) {
      if (!(error instanceof LedgerTrouble)) throw error;
      leave(current);
      return inTrouble(error.message);
    }
  };
  return {
    async reading() {
      if (patience === undefined) return read();
      const asked = opened;
      const late = Promise.withResolvers<LedgerAbsence>();
      const timer = setTimeout(
        () => {
          if (asked !== undefined) leave(asked);
          late.resolve(inTrouble("The spend ledger does not answer: look at the database of LITELLM_PULSE_LEDGER_URL"));
        },
        isInTrouble ? patience.inTrouble : patience.usual,
      );
      try {
        const result = await Promise.race([read(), late.promise]);
        isInTrouble = result.kind === "absent" && result.status === 503;
        return result;
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await opened?.reader.close();
    },
  };
}

function absence({ reason, message }: { readonly reason: string; readonly message: string }): LedgerAbsence {
  return reason === "missing"
    ? {
        kind: "absent",
        status: 404,
        error: "There is no spend ledger yet",
        hint: "Set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL (litellm-pulse sync folds it once), run litellm-pulse import on a request log, or let LiteLLM's generic_api callback send to POST /ingest",
      }
    : inTrouble(message);
}

function inTrouble(error: string): LedgerAbsence {
  return { kind: "absent", status: 503, error };
}
