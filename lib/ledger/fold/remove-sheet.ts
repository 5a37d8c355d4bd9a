import type { Ledger } from "../ledger.ts";
import { TABLES } from "../schema/tables.ts";

/** Rollups of a sheet, and its identities: everything that has a sheet in its key. */
const OF_SHEET = TABLES.filter(({ key }) => key[0] === "sheet");

/** Removes a sheet that is not live, table by table in transactions of their own; the sheet itself last. */
export async function removeSheet(ledger: Ledger, sheet: number): Promise<void> {
  for (const { name } of OF_SHEET) {
    ledger.write(() => ledger.db.query(`DELETE FROM ${name} WHERE sheet = ?`).run(sheet));
    await Bun.sleep(0);
  }
  ledger.write(() => ledger.db.query("DELETE FROM sheet WHERE id = ? AND is_live = 0").run(sheet));
}
