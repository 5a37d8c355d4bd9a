import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LogSketch } from "../../lib/aggregator/log-sketch.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1];
const value = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 3 }),
  fc.double({ min: 0.01, max: 1e7, noNaN: true }),
  fc.integer({ min: 10, max: 100_000 }),
);

function sketchOf(values: readonly number[]): LogSketch {
  const sketch = new LogSketch();
  for (const each of values) sketch.add(each);
  return sketch;
}

/** SQL's PERCENTILE_CONT over the values themselves. */
function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  return below + ((sorted[Math.ceil(rank)] ?? Number.NaN) - below) * (rank % 1);
}

describe("logarithmic sketch", () => {
  test("nothing has no quantile", () => {
    expect(new LogSketch().quantile(0.5)).toBeNaN();
  });

  test(
    "quantiles of any values in any parts are at most 1 % off, after any way through bytes",
    () => {
      fc.assert(
        fc.property(fc.array(fc.array(value, { maxLength: 60 }), { minLength: 1, maxLength: 5 }), (parts) => {
          const values = parts.flat();
          const merged = new LogSketch();
          for (const [index, part] of parts.entries()) {
            if (index % 2 === 0) merged.mergeBytes(sketchOf(part).toBytes());
            else merged.merge(sketchOf(part));
          }
          expect(merged.count).toBe(values.length);
          if (values.length === 0) return;
          for (const fraction of QUANTILES) {
            const truth = percentile(values, fraction);
            expect(Math.abs(merged.quantile(fraction) - truth)).toBeLessThanOrEqual(0.0099 * truth + 1e-9);
          }
          expect(merged.min).toBe(Math.min(...values));
          expect(merged.max).toBe(Math.max(...values));
          expect(merged.sum).toBeCloseTo(
            values.reduce((sum, each) => sum + each, 0),
            4,
          );
        }),
        propertyRuns(300),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("counts of any size and gaps of any width come through bytes into any other sketch", () => {
    const many = [1, 127, 128, 300, 20_000].map((times, index) => ({ times, each: 10 ** (2 * index - 3) }));
    const stored = sketchOf(many.flatMap(({ times, each }) => new Array<number>(times).fill(each))).toBytes();
    const merged = sketchOf([1e-5, 1e9]);
    merged.mergeBytes(stored);
    merged.mergeBytes(stored);
    const total = 2 * many.reduce((sum, { times }) => sum + times, 0) + 2;
    expect(merged.count).toBe(total);
    let below = 1;
    for (const { times, each } of many) {
      // Of the same values, the first and the last stand at these ranks.
      expect(merged.quantile(below / (total - 1)) / each).toBeWithin(0.99, 1.01);
      expect(merged.quantile((below + 2 * times - 1) / (total - 1)) / each).toBeWithin(0.99, 1.01);
      below += 2 * times;
    }
  });

  test("a day of latencies takes little space", () => {
    const values = Array.from({ length: 100_000 }, (_, index) => 50 + ((index * 7919) % 60_000));
    expect(sketchOf(values).toBytes().length).toBeLessThan(2000);
  });
});
