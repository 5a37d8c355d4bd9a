import type { LedgerSql } from "../sql/ledger-sql.ts";

/** Whole UTC days, counted from 1970; `to` is not included. */
export type DayRange = { readonly from: number; readonly to: number };

/** Every day that a ledger can hold. */
export const ALL_DAYS: DayRange = { from: -1_000_000, to: 10_000_000 };

/** The live sheet of a day; the number of its records and when the newest came tell whether it has changed. */
export type LiveSheet = {
  readonly id: number;
  readonly day: number;
  readonly records: number;
  readonly cameAt: number;
};

/** The live sheets of the days that hold records, in order of the days. */
export async function liveSheets(sql: LedgerSql, { from, to }: DayRange): Promise<readonly LiveSheet[]> {
  return sql.rows<LiveSheet>(
    `SELECT id, day, records, came_at AS "cameAt" FROM sheet
      WHERE is_live = 1 AND records > 0 AND day >= ?1 AND day < ?2 ORDER BY day`,
    [from, to],
  );
}
