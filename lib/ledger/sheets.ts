import type { Database } from "bun:sqlite";

/** A sheet as a fold sees it. */
export type Sheet = {
  readonly id: number;
  readonly isClosed: boolean;
  readonly records: number;
  readonly zone: string;
};

type Row = { id: number; is_closed: number; records: number; zone: string };

/** The live sheet of a UTC day (days since 1970), or undefined. */
export function liveSheet(db: Database, day: number): Sheet | undefined {
  const row = db
    .query<Row, [number]>("SELECT id, is_closed, records, zone FROM sheet WHERE day = ? AND is_live = 1")
    .get(day);
  return row ? { id: row.id, isClosed: row.is_closed === 1, records: row.records, zone: row.zone } : undefined;
}

/** Makes an empty sheet of a day. */
export function makeSheet(
  db: Database,
  { day, zone, isLive, isClosed, now }: { day: number; zone: string; isLive: boolean; isClosed: boolean; now: number },
): Sheet {
  const row = db
    .query<{ id: number }, [number, number, number, number, string]>(
      `INSERT INTO sheet (day, is_live, is_closed, records, came_at, zone) VALUES (?, ?, ?, 0, ?, ?) RETURNING id`,
    )
    .get(day, Number(isLive), Number(isClosed), now, zone);
  if (!row) throw new Error("The ledger gave no id to a new sheet");
  return { id: row.id, isClosed, records: 0, zone };
}

/** Adds to the number of records of a sheet, the newest of which came now. */
export function countRecords(db: Database, sheet: number, records: number, now: number): void {
  db.query(
    "UPDATE sheet SET records = records + ?1, came_at = CASE WHEN came_at > ?2 THEN came_at ELSE ?2 END WHERE id = ?3",
  ).run(records, now, sheet);
}
