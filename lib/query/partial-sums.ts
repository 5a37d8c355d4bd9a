import type { Database } from "bun:sqlite";
import { BUCKET_MS, bucketOf } from "../aggregator/spread.ts";
import type { Window } from "../aggregator/window.ts";
import type { Zone } from "../aggregator/zone.ts";
import { COUNTERS } from "../litellm/metrics.ts";
import { zeroSums } from "../store/totals.ts";
import { type Sums, sourcesOf, sumUsage, type UsageFilter } from "../store/usage-rows.ts";
import { addSums } from "./measures.ts";

/** Sums of a window that may end inside a bucket: of that one, the share of its time counts, whole numbers rounded. */
export function partialSums(db: Database, window: Window, zone: Zone, filters: readonly UsageFilter[]): Sums {
  const cut = bucketOf(window.to);
  const sums = zeroSums();
  if (cut > window.from) {
    for (const source of sourcesOf(db, { from: window.from, to: cut }, zone).sources) {
      for (const row of sumUsage(db, source, [], filters, false)) addSums(sums, row);
    }
  }
  if (cut < window.to && cut >= window.from) {
    const part = zeroSums();
    const bucket = { kind: "bucket", from: cut, to: cut + BUCKET_MS } as const;
    for (const row of sumUsage(db, bucket, [], filters, false)) addSums(part, row, (window.to - cut) / BUCKET_MS);
    for (const counter of COUNTERS) sums[counter] += counter === "cost" ? part.cost : Math.round(part[counter]);
  }
  return sums;
}
