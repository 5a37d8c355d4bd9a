import type { Config } from "../config/resolve.ts";

/** Where the spend ledger lies: as it is set, else beside the database under its name. */
export function ledgerPathOf({ ledgerPath, dbPath }: Pick<Config, "ledgerPath" | "dbPath">): string {
  return ledgerPath ?? `${dbPath.replace(/\.(db|sqlite3?)$/i, "")}.ledger.db`;
}
