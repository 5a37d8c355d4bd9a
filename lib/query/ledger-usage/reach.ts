import { isoIn } from "../../aggregator/iso.ts";
import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { newestRecordAt, readFeeding } from "../../ledger/questions/feeding.ts";
import { oldestRecordAt } from "../../ledger/questions/usage-rows.ts";
import type { LedgerState } from "../../ledger/reader.ts";
import type { Coverage } from "../usage/coverage.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A ledger that is fed once an hour covers today. */
const MOST_LAG_MS = 3_600_000;

/**
 * What time the records of a ledger cover: from the first record to the newest look at a table that is followed, or to
 * the newest record where records come by themselves. Undefined where there is no record.
 */
export async function recordedTime({ sql }: LedgerState): Promise<Window | undefined> {
  const from = await oldestRecordAt(sql);
  const newest = await newestRecordAt(sql);
  if (from === undefined || newest === undefined) return undefined;
  const { isTable, updatedAt } = await readFeeding(sql);
  return { from, to: Math.max(newest + MINUTE_MS, isTable ? (updatedAt ?? 0) : 0) };
}

/** The same as far as it has passed. */
export async function reachOf(ledger: LedgerState, now: number): Promise<Window | undefined> {
  return untilNow(await recordedTime(ledger), now);
}

/** The part of a recorded time that has passed. */
export function untilNow(recorded: Window | undefined, now: number): Window | undefined {
  return recorded && { from: recorded.from, to: Math.max(recorded.from, Math.min(recorded.to, now)) };
}

/** Whether the ledger can answer for a window as a whole; its first day counts as whole. */
export function covers(reach: Window | undefined, window: Window, now: number): boolean {
  if (!reach) return false;
  const firstDay = Math.floor(reach.from / DAY_MS) * DAY_MS;
  return firstDay <= window.from && reach.to >= Math.min(window.to, now) - MOST_LAG_MS;
}

/** The coverage of the elapsed part of a window; nothing of it is estimated. */
export function ledgerCoverage(reach: Window | undefined, elapsed: Window, zone: Zone): Coverage {
  const from = Math.max(elapsed.from, reach?.from ?? Number.POSITIVE_INFINITY);
  const to = Math.min(elapsed.to, reach?.to ?? 0);
  if (to <= from) return { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 };
  const ratio = Math.round(((to - from) / Math.max(1, elapsed.to - elapsed.from)) * 10_000) / 10_000;
  return { from: isoIn(from, zone), to: isoIn(to, zone), observed_ratio: ratio, estimated_ratio: 0 };
}
