import type { Database } from "bun:sqlite";
import type { Ledger } from "../ledger.ts";
import { TABLES } from "../schema/tables.ts";

/** Rollups of a sheet, and its identities: everything that has a sheet in its key. */
const OF_SHEET = TABLES.filter(({ key }) => key[0] === "sheet");

/** Marks a sheet as one to be removed, inside a write transaction: whoever still writes it learns so at the next part. */
export function condemnSheet(db: Database, sheet: number): void {
  db.query("UPDATE sheet SET is_live = -1 WHERE id = ?").run(sheet);
}

/** Whether a sheet is still being written, and nobody has taken it away. Inside a write transaction. */
export function isBeingWritten(db: Database, sheet: number): boolean {
  return db.query("SELECT 1 FROM sheet WHERE id = ? AND is_live = 0").get(sheet) !== null;
}

/** Removes a sheet that is not live, table by table in transactions of their own; the sheet itself last. */
export async function removeSheet(ledger: Ledger, sheet: number): Promise<void> {
  ledger.write(() => condemnSheet(ledger.db, sheet));
  for (const { name } of OF_SHEET) {
    ledger.write(() => ledger.db.query(`DELETE FROM ${name} WHERE sheet = ?`).run(sheet));
    await Bun.sleep(0);
  }
  ledger.write(() => ledger.db.query("DELETE FROM sheet WHERE id = ? AND is_live <> 1").run(sheet));
}

/** Removes every sheet that never became live, since what wrote it was ended, or that was not removed to the end. */
export async function removeUnfinished(ledger: Ledger): Promise<void> {
  for (const { id } of ledger.db.query<{ id: number }, []>("SELECT id FROM sheet WHERE is_live <> 1").all()) {
    await removeSheet(ledger, id);
  }
}
