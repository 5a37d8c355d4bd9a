import type { Ledger } from "../ledger.ts";
import { TABLES } from "../schema/tables.ts";
import { held } from "../sheets.ts";
import type { LedgerSql } from "../sql/ledger-sql.ts";

/** Rollups of a sheet, and its identities: everything that has a sheet in its key. */
const OF_SHEET = TABLES.filter(({ key }) => key[0] === "sheet");

/** Marks a sheet, live or not, as one to be removed; inside a write transaction. */
export async function condemnSheet(sql: LedgerSql, sheet: number): Promise<void> {
  await sql.run("UPDATE sheet SET is_live = -1 WHERE id = ?1", [sheet]);
}

/** Whether a sheet is still being written; nobody takes it away then until the end of this write transaction. */
export async function isBeingWritten(sql: LedgerSql, sheet: number): Promise<boolean> {
  const found = await sql.rows(`SELECT id FROM sheet WHERE id = ?1 AND is_live = 0${held(sql)}`, [sheet]);
  return found.length > 0;
}

/**
 * Removes a sheet that is not live, table by table in transactions of their own; the sheet itself last. Whoever still
 * writes it learns so at the next part.
 */
export async function removeSheet(ledger: Ledger, sheet: number): Promise<void> {
  const isLive = await ledger.write(async (transaction) => {
    const condemned = "UPDATE sheet SET is_live = -1 WHERE id = ?1 AND is_live <> 1";
    return (await transaction.run(condemned, [sheet])) === 0;
  });
  if (isLive) return;
  for (const { name } of OF_SHEET) {
    await ledger.write((transaction) => transaction.run(`DELETE FROM ${name} WHERE sheet = ?1`, [sheet]));
    await Bun.sleep(0);
  }
  await ledger.write((transaction) => transaction.run("DELETE FROM sheet WHERE id = ?1 AND is_live <> 1", [sheet]));
}

/** Removes every sheet that never became live, since what wrote it was ended, or that was not removed to the end. */
export async function removeUnfinished(ledger: Ledger): Promise<void> {
  const found = await ledger.sql.rows<{ id: number }>("SELECT id FROM sheet WHERE is_live <> 1");
  for (const { id } of found) await removeSheet(ledger, id);
}
