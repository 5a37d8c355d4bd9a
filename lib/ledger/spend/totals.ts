import type { Database } from "bun:sqlite";
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
export function useOfDays(db: Database, { from, to }: DayRange): DayUse[] {
  return db
    .query<DayUse, [number, number]>(
      `SELECT sheet.day, SUM(requests) AS requests, SUM(total_tokens) AS tokens, SUM(spend) AS spend
       FROM sheet CROSS JOIN quarter_total ON quarter_total.sheet = sheet.id
       WHERE sheet.is_live = 1 AND sheet.day >= ? AND sheet.day < ? GROUP BY sheet.day ORDER BY sheet.day`,
    )
    .all(from, to);
}

/** Whether a UTC day holds records that began in a quarter of an hour after the one of a moment (UTC milliseconds). */
export function hasLaterQuarter(db: Database, day: number, at: number): boolean {
  const quarter = Math.floor((at - day * DAY_MS) / QUARTER_MS);
  const found = db
    .query<{ one: number }, [number, number]>(
      `SELECT 1 AS one FROM sheet CROSS JOIN quarter_total ON quarter_total.sheet = sheet.id
       WHERE sheet.is_live = 1 AND sheet.day = ? AND quarter_total.quarter > ? LIMIT 1`,
    )
    .get(day, quarter);
  return found !== null;
}

/** What requests with a tag used; one with n tags counts n times. */
export type TagUse = { readonly tag: string; readonly requests: number; readonly spend: number };

/** The use of each tag over whole UTC days. */
export function useOfTags(db: Database, { from, to }: DayRange): TagUse[] {
  return db
    .query<TagUse, [number, number]>(
      `SELECT text.text AS tag, used.requests, used.spend FROM (
         SELECT tag, SUM(requests) AS requests, SUM(spend) AS spend
         FROM sheet CROSS JOIN tag_day ON tag_day.sheet = sheet.id
         WHERE sheet.is_live = 1 AND sheet.day >= ? AND sheet.day < ? GROUP BY tag
       ) AS used JOIN text ON text.id = used.tag`,
    )
    .all(from, to);
}
