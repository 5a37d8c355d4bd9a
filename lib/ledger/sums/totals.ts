import type { LedgerSql } from "../sql/ledger-sql.ts";
import type { DayRange } from "./days.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** What was used on one UTC day (days since 1970). */
export type DayUse = {
  readonly day: number;
  readonly requests: number;
  readonly tokens: number;
  readonly spend: number;
};

/** Everybody's use of each UTC day that has records, in order. */
export async function useOfDays(sql: LedgerSql, { from, to }: DayRange): Promise<readonly DayUse[]> {
  return sql.rows<DayUse>(
    `SELECT sheet.day, SUM(requests) AS requests, SUM(total_tokens) AS tokens, SUM(spend) AS spend
      FROM sheet CROSS JOIN quarter_total
      WHERE quarter_total.sheet = sheet.id AND sheet.is_live = 1 AND sheet.day >= ?1 AND sheet.day < ?2
      GROUP BY sheet.day ORDER BY sheet.day`,
    [from, to],
  );
}

/** Whether a UTC day holds records that began in a quarter of an hour after the one of a moment (UTC milliseconds). */
export async function hasLaterQuarter(sql: LedgerSql, day: number, at: number): Promise<boolean> {
  const found = await sql.lists(
    `SELECT 1 FROM sheet CROSS JOIN quarter_total
      WHERE quarter_total.sheet = sheet.id AND sheet.is_live = 1 AND sheet.day = ?1 AND quarter_total.quarter > ?2 LIMIT 1`,
    [day, Math.floor((at - day * DAY_MS) / QUARTER_MS)],
  );
  return found.length > 0;
}

/** What requests with a tag used; one with n tags counts n times. */
export type TagUse = { readonly tag: string; readonly requests: number; readonly spend: number };

/** The use of each tag over whole UTC days, in the order in which the ledger met them. */
export async function useOfTags(sql: LedgerSql, { from, to }: DayRange): Promise<readonly TagUse[]> {
  return sql.rows<TagUse>(
    `SELECT text.text AS tag, used.requests, used.spend FROM (
       SELECT tag, SUM(requests) AS requests, SUM(spend) AS spend FROM sheet CROSS JOIN tag_day
       WHERE tag_day.sheet = sheet.id AND sheet.is_live = 1 AND sheet.day >= ?1 AND sheet.day < ?2 GROUP BY tag
     ) AS used JOIN text ON text.id = used.tag ORDER BY used.tag`,
    [from, to],
  );
}
