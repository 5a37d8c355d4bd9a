import type { Zone } from "../../aggregator/zone.ts";
import { createLedger, type Ledger } from "../../ledger/ledger.ts";
import { ledgerMigrations } from "../../ledger/schema/migrations.ts";
import { sqliteStore } from "../../ledger/sql/sqlite/store.ts";
import { openLedgerFile } from "../../store/open/open-ledger.ts";
import { takeTurn } from "../../store/open/turn.ts";
import type { LedgerHome } from "./ledger-path.ts";

/** A turn to read a table into a ledger, which one process at a time has. */
export type LedgerTurn = {
  /** Whether it is kept from one run to the next, until another process wants one. */
  readonly isStanding: boolean;
  isWanted(): Promise<boolean>;
  release(): Promise<void>;
};

/** A ledger that is open for folding. */
export type OpenLedger = {
  readonly kind: "open";
  readonly ledger: Ledger;
  /** Where it lies, for people and free of secrets: the file's path, or the server. */
  readonly place: string;
  readonly isFile: boolean;
  /** Tries to take the turn, for one run or to follow; undefined while another process has it. */
  takeTurn(how: "once" | "standing"): Promise<LedgerTurn | undefined>;
  close(): Promise<void>;
};

/** Why there is no ledger to fold into, as one line. */
type LedgerFailure = {
  readonly kind: "failed";
  readonly failure: { readonly reason: string; readonly message: string };
};

/** Opens a ledger for folding: it is made where there is none, and its schema is brought up to date. */
export async function openLedger(home: LedgerHome, zone: Zone): Promise<OpenLedger | LedgerFailure> {
  return home.url === undefined ? openFile(home.path, zone) : openServer(home.url, zone);
}

function openFile(path: string, zone: Zone): OpenLedger | LedgerFailure {
  const opened = openLedgerFile(path, ledgerMigrations("sqlite"), "write");
  if (opened.kind === "failed") return opened;
  const store = sqliteStore(opened.db);
  return {
    kind: "open",
    ledger: createLedger(store, zone),
    place: opened.path,
    isFile: true,
    async takeTurn() {
      const turn = takeTurn(opened.path);
      if (!turn) return undefined;
      return { isStanding: false, isWanted: async () => true, release: async () => turn.release() };
    },
    close: store.close,
  };
}

async function openServer(url: string, zone: Zone): Promise<OpenLedger | LedgerFailure> {
  // With a file the client of PostgreSQL is not loaded.
  const { openPostgresStore } = await import("../../ledger/sql/postgres/open.ts");
  const opened = await openPostgresStore(url);
  if (opened.kind === "failed") return { kind: "failed", failure: opened };
  const { store, place } = opened;
  return {
    kind: "open",
    ledger: createLedger(store, zone),
    place,
    isFile: false,
    async takeTurn(how) {
      const turn = await store.turns.take(how);
      return turn && { isStanding: how === "standing", ...turn };
    },
    close: store.close,
  };
}
