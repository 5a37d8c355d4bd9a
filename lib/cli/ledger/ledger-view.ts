import { ledgerMigrations } from "../../ledger/schema/migrations.ts";
import type { LedgerView } from "../../ledger/sql/ledger-sql.ts";
import { sqliteView } from "../../ledger/sql/sqlite/view.ts";
import { openLedgerFile } from "../../store/open/open-ledger.ts";
import type { LedgerHome } from "./ledger-path.ts";

/** A ledger that is open for questions, or one line that says why there is none; `place` says where, free of secrets. */
export type OpenedView =
  | { readonly kind: "open"; readonly view: LedgerView; readonly place: string }
  | { readonly kind: "failed"; readonly reason: string; readonly message: string };

/** Opens a ledger for questions; it has to be there. `migrations` are those of a file, for a caller that asks often. */
export async function openLedgerView(
  { path, url }: LedgerHome,
  migrations = ledgerMigrations("sqlite"),
): Promise<OpenedView> {
  if (url !== undefined) {
    const { openPostgresView } = await import("../../ledger/sql/postgres/open.ts");
    return openPostgresView(url);
  }
  const first = openLedgerFile(path, migrations, "read");
  if (first.kind === "failed") return { kind: "failed", ...first.failure };
  const second = openLedgerFile(path, migrations, "read");
  if (second.kind === "failed") {
    first.db.close();
    return { kind: "failed", ...second.failure };
  }
  return { kind: "open", view: sqliteView(first.db, second.db), place: first.path };
}
