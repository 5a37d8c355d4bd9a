import type { LedgerSql } from "./sql/ledger-sql.ts";

/** A sheet as a fold sees it. */
export type Sheet = {
  readonly id: number;
  readonly day: number;
  readonly isClosed: boolean;
  readonly records: number;
  readonly zone: string;
};

/** What a new sheet is to be. */
export type NewSheet = {
  readonly day: number;
  readonly zone: string;
  readonly isLive: boolean;
  readonly isClosed: boolean;
  readonly now: number;
};

type Row = { id: number; day: number; is_closed: number; records: number; zone: string };

/** The live sheet of a UTC day (days since 1970), or undefined. */
export async function liveSheet(sql: LedgerSql, day: number): Promise<Sheet | undefined> {
  const [row] = await sql.rows<Row>(
    "SELECT id, day, is_closed, records, zone FROM sheet WHERE day = ?1 AND is_live = 1",
    [day],
  );
  return row && sheetOf(row);
}

/**
 * The same inside a write transaction: until its end nobody else counts records of the day, closes it or puts another sheet
 * in its place.
 */
export async function holdLiveSheet(sql: LedgerSql, day: number): Promise<Sheet | undefined> {
  const [row] = await sql.rows<Row>(
    `SELECT id, day, is_closed, records, zone FROM sheet WHERE day = ?1 AND is_live = 1${held(sql)}`,
    [day],
  );
  return row && sheetOf(row);
}

/** `FOR UPDATE` where it is needed: SQLite has one writer at a time. */
export function held({ dialect }: LedgerSql): string {
  return dialect === "postgres" ? " FOR UPDATE" : "";
}

/** Makes an empty sheet of a day; undefined where another process has made the live one at the same moment. */
export async function makeSheet(
  sql: LedgerSql,
  { day, zone, isLive, isClosed, now }: NewSheet,
): Promise<Sheet | undefined> {
  const [row] = await sql.rows<{ id: number }>(
    `INSERT INTO sheet (day, is_live, is_closed, records, came_at, zone) VALUES (?1, ?2, ?3, 0, ?4, ?5)
      ON CONFLICT (day) WHERE is_live = 1 DO NOTHING RETURNING id`,
    [day, Number(isLive), Number(isClosed), now, zone],
  );
  return row && { id: row.id, day, isClosed, records: 0, zone };
}

/** Adds to the number of records of a sheet, the newest of which came now. */
export async function countRecords(sql: LedgerSql, sheet: number, records: number, now: number): Promise<void> {
  await sql.run(
    "UPDATE sheet SET records = records + ?1, came_at = CASE WHEN came_at > ?2 THEN came_at ELSE ?2 END WHERE id = ?3",
    [records, now, sheet],
  );
}

function sheetOf({ id, day, is_closed, records, zone }: Row): Sheet {
  return { id, day, isClosed: is_closed === 1, records, zone };
}
