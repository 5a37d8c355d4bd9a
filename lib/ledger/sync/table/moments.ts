import { rowsOf, type SourceClient } from "../../postgres/client.ts";
import { microsOf } from "../../postgres/wire.ts";
import type { SourceTable } from "./source-table.ts";

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Times are rounded to milliseconds, so that a day begins half of one earlier. */
const HALF_MS = 500;
const ROUNDED = "interval '500 microseconds'";
/** Later and earlier times are no times of requests. */
const LAST_DAY = 84_006;

/** SQL for the rows that began from one moment (UTC milliseconds) until before another. */
export function during(table: SourceTable, fromAt: number, toAt: number): string {
  return `${since(table, fromAt)} AND ${table.timeKey} < ${table.timeLiteral(microsOf(toAt) - HALF_MS)}`;
}

/** SQL for the rows that began at a moment or later. */
export function since(table: SourceTable, fromAt: number): string {
  return `${table.timeKey} >= ${table.timeLiteral(microsOf(fromAt) - HALF_MS)}`;
}

/** SQL for the rows whose time is one of a request: `infinity` would be newer than all that comes. */
export function beforeTheEnd(table: SourceTable): string {
  return `${table.timeKey} < ${table.timeLiteral(microsOf(LAST_DAY * DAY_MS) - HALF_MS)}`;
}

/** SQL for the rows of a UTC day. */
export function ofDay(table: SourceTable, day: number): string {
  return during(table, day * DAY_MS, (day + 1) * DAY_MS);
}

/** The UTC days that have rows, from one until before another, in order. */
export async function daysWithRows(
  client: SourceClient,
  table: SourceTable,
  range: { readonly from?: number; readonly to?: number; readonly timeoutMs: number },
): Promise<number[]> {
  const { from = 0, to = LAST_DAY, timeoutMs } = range;
  const day = (key: string) => `floor(extract(epoch FROM ${key} + ${ROUNDED}) / 86400)::int`;
  const where = during(table, from * DAY_MS, to * DAY_MS);
  const step = `SELECT min(${table.timeKey}) AS first FROM ${table.sql} WHERE ${where}`;
  // By an index each day is one look; without one, all of them are one scan.
  const statement = table.hasTimeIndex
    ? `WITH RECURSIVE days AS (SELECT ${day("first")} AS day FROM (${step}) AS start
         UNION ALL SELECT (SELECT ${day("first")} FROM (${step}
           AND ${table.timeKey} >= timestamp 'epoch' + (days.day + 1) * interval '1 day' - ${ROUNDED}) AS next)
         FROM days WHERE days.day IS NOT NULL)
       SELECT day FROM days WHERE day IS NOT NULL ORDER BY day`
    : `SELECT ${day(table.timeKey)} AS day FROM ${table.sql} WHERE ${where} GROUP BY 1 ORDER BY 1`;
  const rows = await client.read(timeoutMs, (sql) => rowsOf(sql, statement));
  return rows.map((row) => Number(row["day"]));
}

/** How many rows have no time, or one that is none of a request: no day has them. */
export async function rowsWithoutTime(client: SourceClient, table: SourceTable, timeoutMs: number): Promise<number> {
  const isNone = `${table.timeKey} IS NULL OR NOT ${beforeTheEnd(table)} OR NOT ${since(table, 0)}`;
  const statement = `SELECT count(*)::float8 AS rows FROM ${table.sql} WHERE ${isNone}`;
  const [row] = await client.read(timeoutMs, (sql) => rowsOf(sql, statement));
  return Number(row?.["rows"]);
}

/** Rows by the hour that they began in (UTC milliseconds). */
export async function rowsPerHour(
  client: SourceClient,
  table: SourceTable,
  range: { readonly fromAt: number; readonly toAt: number; readonly timeoutMs: number },
): Promise<ReadonlyMap<number, number>> {
  const hour = `floor(extract(epoch FROM ${table.timeKey} + ${ROUNDED}) / 3600)::int`;
  const statement = `SELECT ${hour} AS hour, count(*)::float8 AS rows FROM ${table.sql} WHERE ${during(table, range.fromAt, range.toAt)} GROUP BY 1`;
  const rows = await client.read(range.timeoutMs, (sql) => rowsOf(sql, statement));
  return new Map(rows.map((row) => [Number(row["hour"]) * HOUR_MS, Number(row["rows"])]));
}
