import type { Database } from "bun:sqlite";
import { type Plan, planInterval, sharesOf } from "../aggregator/spread.ts";
import type { Zone } from "../aggregator/zone.ts";
import { COUNTERS, type CounterName, METRICS } from "../litellm/metrics.ts";
import { purgedBefore } from "./purge.ts";

/** An increase to be booked. `from` undefined: the beginning of its interval cannot be trusted. */
export type Entry = {
  readonly cell: number;
  readonly counter: CounterName;
  readonly amount: number;
  readonly from: number | undefined;
};

/** A part of an increase that went to one bucket. */
export type Share = {
  readonly bucketAt: number;
  readonly cell: number;
  readonly counter: CounterName;
  readonly amount: number;
  readonly isEstimated: boolean;
};

const WHOLE = new Set<CounterName>(
  METRICS.flatMap((metric) => (metric.kind === "counter" && metric.whole ? [metric.name] : [])),
);

const PLACES = new Map(COUNTERS.map((counter, index) => [counter, index]));

const sums = COUNTERS.map((counter) => `${counter} = ${counter} + excluded.${counter}`).join(", ");
const columns = COUNTERS.join(", ");
const places = COUNTERS.map(() => "?").join(", ");
const ADD_TO_BUCKET = `INSERT INTO bucket (at, cell, estimated, ${columns}) VALUES (?, ?, ?, ${places})
  ON CONFLICT DO UPDATE SET estimated = MAX(estimated, excluded.estimated), ${sums}`;
const ADD_TO_DAY = `INSERT INTO day (day, zone, cell, estimated, ${columns}) VALUES (?, ?, ?, ?, ${places})
  ON CONFLICT DO UPDATE SET estimated = MAX(estimated, excluded.estimated), ${sums}`;
const ADD_TO_LIFETIME = `INSERT INTO lifetime (cell, ${columns}) VALUES (?, ${places}) ON CONFLICT DO UPDATE SET ${sums}`;

/** Lays entries that end at `to` over the buckets; entries of one cell, counter and interval are added up first. */
export function sharesOfEntries(entries: readonly Entry[], to: number, zone: Zone): Share[] {
  const shares: Share[] = [];
  for (const [from, sameFrom] of Map.groupBy(entries, (entry) => entry.from)) {
    const plan = planInterval(from, to, zone);
    for (const [cell, amounts] of amountsByCell(sameFrom)) {
      for (const [index, counter] of COUNTERS.entries()) {
        const amount = amounts[index] ?? 0;
        if (amount !== 0) pushShares(shares, plan, { cell, counter, amount });
      }
    }
  }
  return shares;
}

/**
 * Adds shares to the buckets, to the local days of the zone and to the lifetime totals, inside the caller's transaction.
 * What lies in a time that was purged makes no bucket.
 */
export function bookShares(db: Database, shares: readonly Share[], zone: Zone): void {
  const toBucket = db.query(ADD_TO_BUCKET);
  const toDay = db.query(ADD_TO_DAY);
  const toLifetime = db.query(ADD_TO_LIFETIME);
  const purged = purgedBefore(db);
  for (const [bucketAt, inBucket] of Map.groupBy(shares, (share) => share.bucketAt)) {
    const { day } = zone.dayAt(bucketAt);
    const estimated = new Set(inBucket.flatMap(({ cell, isEstimated }) => (isEstimated ? [cell] : [])));
    for (const [cell, amounts] of amountsByCell(inBucket)) {
      const mark = estimated.has(cell) ? 1 : 0;
      if (bucketAt >= purged) toBucket.run(bucketAt, cell, mark, ...amounts);
      toDay.run(day, zone.name, cell, mark, ...amounts);
    }
  }
  for (const [cell, amounts] of amountsByCell(shares)) toLifetime.run(cell, ...amounts);
}

function pushShares(shares: Share[], plan: Plan, entry: Omit<Entry, "from">): void {
  const { cell, counter, amount } = entry;
  for (const [index, share] of sharesOf(amount, WHOLE.has(counter), plan).entries()) {
    const bucketAt = plan.slots[index]?.bucketAt;
    if (bucketAt === undefined || share === 0) continue;
    shares.push({ bucketAt, cell, counter, amount: share, isEstimated: plan.isEstimated });
  }
}

/** What belongs to each cell, added up in the order of `COUNTERS`. */
function amountsByCell(parts: readonly Pick<Share, "cell" | "counter" | "amount">[]): Map<number, number[]> {
  const byCell = new Map<number, number[]>();
  for (const { cell, counter, amount } of parts) {
    const amounts = byCell.get(cell) ?? COUNTERS.map(() => 0);
    byCell.set(cell, amounts);
    const index = PLACES.get(counter) ?? 0;
    amounts[index] = (amounts[index] ?? 0) + amount;
  }
  return byCell;
}
