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
    for (const [cell, sameCell] of Map.groupBy(sameFrom, (entry) => entry.cell)) {
      for (const [counter, same] of Map.groupBy(sameCell, (entry) => entry.counter)) {
        pushShares(shares, plan, { cell, counter, amount: same.reduce((sum, entry) => sum + entry.amount, 0) });
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
    for (const [cell, same] of Map.groupBy(inBucket, (share) => share.cell)) {
      const amounts = amountsOf(same);
      const estimated = same.some((share) => share.isEstimated) ? 1 : 0;
      if (bucketAt >= purged) toBucket.run(bucketAt, cell, estimated, ...amounts);
      toDay.run(day, zone.name, cell, estimated, ...amounts);
    }
  }
  for (const [cell, same] of Map.groupBy(shares, (share) => share.cell)) toLifetime.run(cell, ...amountsOf(same));
}

function pushShares(shares: Share[], plan: Plan, entry: Omit<Entry, "from">): void {
  const { cell, counter, amount } = entry;
  for (const [index, share] of sharesOf(amount, WHOLE.has(counter), plan).entries()) {
    const bucketAt = plan.slots[index]?.bucketAt;
    if (bucketAt === undefined || share === 0) continue;
    shares.push({ bucketAt, cell, counter, amount: share, isEstimated: plan.isEstimated });
  }
}

function amountsOf(shares: readonly Share[]): number[] {
  return COUNTERS.map((counter) =>
    shares.reduce((sum, share) => (share.counter === counter ? sum + share.amount : sum), 0),
  );
}
