import type { Config } from "../../../config/resolve.ts";
import { type LedgerHome, ledgerHomeOf } from "../ledger-path.ts";

/** The settings that a sync needs: plain values, so that they reach a worker too. */
export type SyncSettings = {
  readonly ledger: LedgerHome;
  readonly url: string;
  readonly table: string | undefined;
  readonly columns: ReadonlyMap<string, string>;
  readonly timezone: string;
};

/** The settings of a sync; undefined where no source is set. */
export function syncSettings(config: Config): SyncSettings | undefined {
  const { databaseUrl: url, ledgerTable: table, ledgerColumns, timezone } = config;
  const ledger = ledgerHomeOf(config);
  return url === undefined ? undefined : { ledger, url, table, columns: ledgerColumns ?? new Map(), timezone };
}
