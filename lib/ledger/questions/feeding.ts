import type { LedgerSql } from "../sql/ledger-sql.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MINUTES_OF_QUARTER = 15;

/** What the sources of a ledger have given since it was made. */
export type Feeding = {
  readonly counted: number;
  readonly duplicates: number;
  readonly tooOld: number;
  /** When the newest fold was written, UTC milliseconds; undefined before the first. */
  readonly updatedAt: number | undefined;
  /** Whether a log table is followed; else records come from files and `/ingest`. */
  readonly isTable: boolean;
};

/** What was fed into a ledger, whoever did it. */
export async function readFeeding(sql: LedgerSql): Promise<Feeding> {
  const [row] = await sql.rows<{ counted: number; duplicates: number; tooOld: number; updatedAt: number | null }>(
    `SELECT COALESCE(SUM(counted), 0) AS counted, COALESCE(SUM(duplicates), 0) AS duplicates,
        COALESCE(SUM(too_old), 0) AS "tooOld", MAX(updated_at) AS "updatedAt" FROM source`,
  );
  const [fed] = await sql.rows<{ value: string }>("SELECT value FROM meta WHERE name = 'fed_by'");
  return {
    counted: row?.counted ?? 0,
    duplicates: row?.duplicates ?? 0,
    tooOld: row?.tooOld ?? 0,
    updatedAt: row?.updatedAt ?? undefined,
    isTable: fed?.value.startsWith("table ") ?? false,
  };
}

/**
 * When the newest record began, UTC milliseconds, down to the minute; to the quarter hour where it is older than minutes
 * are kept. Undefined where there is none.
 */
export async function newestRecordAt(sql: LedgerSql): Promise<number | undefined> {
  const [sheet] = await sql.rows<{ id: number; day: number }>(
    "SELECT id, day FROM sheet WHERE is_live = 1 AND records > 0 ORDER BY day DESC LIMIT 1",
  );
  if (!sheet) return undefined;
  const [newest] = await sql.rows<{ minute: number | null }>(
    `SELECT COALESCE((SELECT MAX(minute) FROM minute WHERE sheet = ?1),
      (SELECT MAX(quarter) FROM quarter_total WHERE sheet = ?1) * ${MINUTES_OF_QUARTER}) AS minute`,
    [sheet.id],
  );
  return sheet.day * DAY_MS + (newest?.minute ?? 0) * MINUTE_MS;
}
