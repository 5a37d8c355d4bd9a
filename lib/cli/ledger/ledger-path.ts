import type { Config } from "../../config/resolve.ts";

/** Where a spend ledger lies: in PostgreSQL if there is a URL, else in a file. Plain values, so that they reach a worker. */
export type LedgerHome = { readonly path: string; readonly url?: string | undefined };

/** Where the ledger's file lies: as it is set, else beside the database under its name. */
export function ledgerPathOf({ ledgerPath, dbPath }: Pick<Config, "ledgerPath" | "dbPath">): string {
  return ledgerPath ?? `${dbPath.replace(/\.(db|sqlite3?)$/i, "")}.ledger.db`;
}

/** Where the spend ledger lies. */
export function ledgerHomeOf(config: Pick<Config, "ledgerPath" | "dbPath" | "ledgerUrl">): LedgerHome {
  return { path: ledgerPathOf(config), url: config.ledgerUrl };
}
