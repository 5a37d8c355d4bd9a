import { createZone } from "../aggregator/zone.ts";
import type { Config } from "../config/resolve.ts";
import { createLedger } from "../ledger/ledger.ts";
import { createSession, type SyncSession } from "../ledger/postgres/session.ts";
import { ledgerMigrations } from "../ledger/schema/migrations.ts";
import { openLedgerFile } from "../store/open-ledger.ts";
import { takeTurn } from "../store/turn.ts";
import { ledgerPathOf } from "./ledger-path.ts";
import { sleepUntilAborted } from "./sleep.ts";

/** How often a run looks whether it is its turn. */
const TURN_MS = 200;

/** The settings that a sync needs: plain values, so that they reach a worker too. */
export type SyncSettings = {
  readonly ledgerPath: string;
  readonly url: string;
  readonly table: string | undefined;
  readonly columns: ReadonlyMap<string, string>;
  readonly timezone: string;
};

/** A session whose ledger is open, or one line that says why there is none. */
export type OpenedSession =
  | { readonly kind: "open"; readonly session: SyncSession; readonly path: string; close(): Promise<void> }
  | { readonly kind: "failed"; readonly message: string };

/** The settings of a sync; undefined where no source is set. */
export function syncSettings(config: Config): SyncSettings | undefined {
  const { databaseUrl: url, ledgerTable: table, ledgerColumns, timezone } = config;
  const ledgerPath = ledgerPathOf(config);
  return url === undefined ? undefined : { ledgerPath, url, table, columns: ledgerColumns ?? new Map(), timezone };
}

/**
 * Opens the ledger's file, makes it where there is none, and prepares the source. One run at a time reads into a file;
 * `onWait` hears that another process has its turn.
 */
export function openSession(settings: SyncSettings, now: () => number, onWait: (line: string) => void): OpenedSession {
  const opened = openLedgerFile(settings.ledgerPath, ledgerMigrations("sqlite"), "write");
  if (opened.kind === "failed") return { kind: "failed", message: opened.failure.message };
  const ledger = createLedger(opened.db, createZone(settings.timezone));
  const { url, table, columns } = settings;
  const session = createSession({ ledger, url, wish: { table, columns }, now });
  if (session === undefined) throw new TypeError("The setting let a URL through that is none");
  const close = async () => {
    await session.close();
    opened.db.close();
  };
  const run: SyncSession["run"] = async (options) => {
    let turn = takeTurn(opened.path);
    if (turn === undefined) onWait(`Another litellm-pulse is reading into the ledger ${opened.path}: waiting for it`);
    while (turn === undefined && !options.signal.aborted) {
      await sleepUntilAborted(TURN_MS, options.signal);
      turn = takeTurn(opened.path);
    }
    try {
      return turn === undefined ? { kind: "stopped" } : await session.run(options);
    } finally {
      turn?.release();
    }
  };
  return { kind: "open", session: { run, close: session.close }, path: opened.path, close };
}
