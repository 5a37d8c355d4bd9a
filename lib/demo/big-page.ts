import { gridPopulation } from "./grid.ts";
import type { BucketCount } from "./latency.ts";
import { makeEvent } from "./make-event.ts";
import { createProcess } from "./process.ts";

/** How big: `rounds` requests of every key to every model, 1 by default. Times are UTC milliseconds. */
export type BigPageSize = {
  readonly keys: number;
  readonly models: number;
  readonly buckets: BucketCount;
  readonly rounds?: number;
  readonly startedAt?: number;
};

/**
 * A page of any size in the text format, with the labels of the newest releases: per key and model 8 counters, 6
 * histograms and 4 gauges, so 143 samples with 18 `le` lines. Equal sizes give equal bytes; pages that differ only in
 * `rounds` are two scrapes of one process, every counter of the second `rounds` times its value after one.
 */
export function bigPage({ keys, models, buckets, rounds = 1, startedAt = Date.UTC(2026, 10, 21) }: BigPageSize) {
  const population = gridPopulation({ keys, models });
  const process = createProcess({ startedAt, buckets, labels: "newest" });
  let at = startedAt;
  for (let round = 0; round < rounds; round += 1) {
    for (const key of population.keys) {
      for (const model of population.models) {
        at += 7;
        process.count(makeEvent(population, { at, keyAlias: key.alias ?? "", modelGroup: model.group }));
      }
    }
  }
  return new TextEncoder().encode(process.render("text", at));
}
