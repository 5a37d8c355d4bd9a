import type { Database } from "bun:sqlite";
import { planInterval, sharesOf } from "../../aggregator/spread.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { COUNTERS, IS_WHOLE } from "../../litellm/metrics.ts";
import { purgedBefore } from "../tables/meta.ts";
import type { Increases } from "./increases.ts";
import { forEachInSteps, type Steps } from "./steps.ts";
import type { Tally } from "./tally.ts";

const sums = COUNTERS.map((counter) => `${counter} = ${counter} + excluded.${counter}`).join(", ");
const columns = COUNTERS.join(", ");
const places = COUNTERS.map(() => "?").join(", ");
const ADD_TO_BUCKET = `INSERT INTO bucket (at, cell, estimated, ${columns}) VALUES (?, ?, ?, ${places})
  ON CONFLICT DO UPDATE SET estimated = MAX(estimated, excluded.estimated), ${sums}`;
const ADD_TO_DAY = `INSERT INTO day (day, zone, cell, estimated, ${columns}) VALUES (?, ?, ?, ?, ${places})
  ON CONFLICT DO UPDATE SET estimated = MAX(estimated, excluded.estimated), ${sums}`;
const ADD_TO_LIFETIME = `INSERT INTO lifetime (cell, ${columns}) VALUES (?, ${places}) ON CONFLICT DO UPDATE SET ${sums}`;

/** Lays increases whose intervals end at `to` over the buckets (accounting rule 4), and adds them to a tally. */
export function* spreadInto(tally: Tally, increases: Increases, to: number, zone: Zone): Steps<void> {
  for (const [from, cells] of increases.byStart) {
    const { slots, isEstimated } = planInterval(from, to, zone);
    yield* forEachInSteps(cells, ([cell, amounts]) => {
      for (const [index, amount] of amounts.entries()) {
        if (amount === 0) continue;
        for (const [slot, share] of sharesOf(amount, IS_WHOLE[index] ?? false, slots).entries()) {
          const bucketAt = slots[slot]?.bucketAt;
          if (bucketAt !== undefined && share !== 0) tally.add(bucketAt, cell, index, share, isEstimated);
        }
      }
    });
  }
}

/**
 * Adds a tally to the buckets, to the local days of the zone and to the lifetime totals, inside the caller's transaction.
 * What lies in a time that was purged makes no bucket.
 */
export function* bookTally(db: Database, tally: Tally, zone: Zone): Steps<void> {
  const toBucket = db.query(ADD_TO_BUCKET);
  const toDay = db.query(ADD_TO_DAY);
  const toLifetime = db.query(ADD_TO_LIFETIME);
  const purged = purgedBefore(db);
  const totals = new Map<number, readonly number[]>();
  yield* forEachInSteps(tally.rows(), ({ bucketAt, cell, amounts, isEstimated }) => {
    const mark = isEstimated ? 1 : 0;
    if (bucketAt >= purged) toBucket.run(bucketAt, cell, mark, ...amounts);
    toDay.run(zone.dayAt(bucketAt).day, zone.name, cell, mark, ...amounts);
    const total = totals.get(cell);
    totals.set(cell, total ? total.map((sum, index) => sum + (amounts[index] ?? 0)) : amounts);
  });
  yield* forEachInSteps(totals, ([cell, amounts]) => toLifetime.run(cell, ...amounts));
}
