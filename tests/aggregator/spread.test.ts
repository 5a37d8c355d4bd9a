import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  BUCKET_MS,
  bucketOf,
  ceilToBucket,
  type Plan,
  planInterval,
  sharesOf,
  trustedStart,
} from "../../lib/aggregator/spread.ts";
import { createZone } from "../../lib/aggregator/zone.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";

const UTC = createZone("UTC");
const NEW_YORK = createZone("America/New_York");
const DAY_MS = 86_400_000;
const at = (text: string) => Date.parse(text);

/** A plan as text: each bucket with its share of the time in seconds. */
function shown(plan: Plan, lengthMs: number): Record<string, number> {
  return Object.fromEntries(
    plan.slots.map(({ bucketAt, weight }) => [
      new Date(bucketAt).toISOString().slice(5, 16),
      Math.round((weight * lengthMs) / 10) / 100,
    ]),
  );
}

describe("an interval", () => {
  test.each<[string, string, string, boolean, Record<string, number>]>([
    ["of a minute is booked at its end", "2026-10-15T12:14:30Z", "2026-10-15T12:15:30Z", false, { "10-15T12:15": 60 }],
    ["of no length is booked where it is", "2026-10-15T12:14:30Z", "2026-10-15T12:14:30Z", false, { "10-15T12:00": 0 }],
    [
      "of two minutes is booked at its end",
      "2026-10-15T12:14:00Z",
      "2026-10-15T12:16:00Z",
      false,
      { "10-15T12:15": 120 },
    ],
    [
      "of a little more is spread",
      "2026-10-15T12:13:59.990Z",
      "2026-10-15T12:16:00Z",
      true,
      { "10-15T12:00": 60.01, "10-15T12:15": 60 },
    ],
    ["within one bucket stays there", "2026-10-15T12:01Z", "2026-10-15T12:09Z", true, { "10-15T12:00": 480 }],
    [
      "of an hour is spread by the time covered",
      "2026-10-15T12:10Z",
      "2026-10-15T13:10Z",
      true,
      {
        "10-15T12:00": 300,
        "10-15T12:15": 900,
        "10-15T12:30": 900,
        "10-15T12:45": 900,
        "10-15T13:00": 600,
      },
    ],
    [
      "that ends on a boundary gives the bucket that begins there nothing",
      "2026-10-15T12:10Z",
      "2026-10-15T12:15Z",
      true,
      { "10-15T12:00": 300 },
    ],
  ])("%s", (_, from, to, isEstimated, slots) => {
    const plan = planInterval(at(from), at(to), UTC);
    expect(plan.isEstimated).toBe(isEstimated);
    const length = at(to) - at(from);
    expect(shown(plan, length)).toEqual(length > 0 ? slots : { [Object.keys(slots)[0] ?? ""]: 0 });
  });

  test("of exactly two days is spread over its 192 quarters of an hour", () => {
    const from = at("2026-10-15T00:00Z");
    const plan = planInterval(from, from + 2 * DAY_MS, UTC);
    expect(plan.slots).toHaveLength(192);
    expect(new Set(plan.slots.map(({ weight }) => weight))).toEqual(new Set([1 / 192]));
  });

  test("of more than two days is spread over local days, by the time covered", () => {
    const plan = planInterval(at("2026-10-15T18:00-04:00"), at("2026-10-18T06:00-04:00"), NEW_YORK);
    const days = plan.slots.map(({ bucketAt, weight }) => [NEW_YORK.dayAt(bucketAt).day, weight * 60]);
    expect(days).toEqual([
      [20261015, 6],
      [20261016, 24],
      [20261017, 24],
      [20261018, 6],
    ]);
    expect(plan.isEstimated).toBe(true);
  });

  test("over days counts 23 and 25 hours where the clocks change", () => {
    const spring = planInterval(at("2027-03-13T00:00-05:00"), at("2027-03-16T00:00-04:00"), NEW_YORK);
    expect(spring.slots.map(({ weight }) => Math.round(weight * 71))).toEqual([24, 23, 24]);
    const autumn = planInterval(at("2026-10-31T00:00-04:00"), at("2026-11-03T00:00-05:00"), NEW_YORK);
    expect(autumn.slots.map(({ weight }) => Math.round(weight * 73))).toEqual([24, 25, 24]);
  });

  test("whose beginning cannot be trusted is booked at its end and marked as estimated", () => {
    expect(planInterval(undefined, at("2026-10-15T12:16Z"), UTC)).toEqual({
      slots: [{ bucketAt: at("2026-10-15T12:15Z"), weight: 1 }],
      isEstimated: true,
    });
  });
});

test("a share of a day stands in the middle of the part that the interval covers", () => {
  const { slots } = planInterval(at("2026-10-12T16:00Z"), at("2026-10-15T06:00Z"), UTC);
  expect(slots.map(({ bucketAt }) => bucketAt)).toEqual(
    ["2026-10-12T20:00Z", "2026-10-13T12:00Z", "2026-10-14T12:00Z", "2026-10-15T03:00Z"].map(at),
  );
});

test("the beginning of an interval is trusted from 2020 on, unless it lies after the end", () => {
  const [first, end] = [at("2020-01-01T00:00Z"), at("2026-10-15T12:00Z")];
  expect([first - 1, first, end, end + 1].map((from) => trustedStart(from, end))).toEqual([
    undefined,
    first,
    end,
    undefined,
  ]);
});

describe("the shares of an increase", () => {
  const thirds = [0, 1, 2].map((index) => ({ bucketAt: index * BUCKET_MS, weight: 1 / 3 }));
  test.each<[string, number, boolean, number[]]>([
    ["of a count are whole", 10, true, [3, 4, 3]],
    ["of one request go to one bucket", 1, true, [0, 1, 0]],
    ["of nothing are nothing", 0, true, [0, 0, 0]],
    ["of money are parts", 1.5, false, [0.5, 0.5, 0.5]],
    ["of a count that is not whole on the page are parts", 1.5, true, [0.5, 0.5, 0.5]],
  ])("%s", (_, amount, whole, shares) => {
    expect(sharesOf(amount, whole, thirds)).toEqual(shares);
  });
});

describe("whatever the interval", () => {
  const zones = ["UTC", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"].map((name) => createZone(name));
  const interval = fc
    .record({
      zone: fc.constantFrom(...zones),
      from: fc.integer({ min: at("2024-01-01T00:00Z"), max: at("2027-12-31T00:00Z") }),
      length: fc.oneof(fc.nat(240_000), fc.nat(3 * DAY_MS), fc.nat(120 * DAY_MS)),
    })
    .map(({ zone, from, length }) => ({ zone, from, to: from + length }));

  test(
    "its buckets follow each other, lie within it, and their weights are the time covered",
    () => {
      fc.assert(
        fc.property(interval, ({ zone, from, to }) => {
          const { slots } = planInterval(from, to, zone);
          expect(slots.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
          for (const [index, { bucketAt, weight }] of slots.entries()) {
            expect(bucketAt % BUCKET_MS).toBe(0);
            expect(weight).toBeGreaterThan(0);
            expect(bucketAt).toBeGreaterThanOrEqual(bucketOf(from));
            expect(bucketAt).toBeLessThanOrEqual(to);
            if (index > 0) expect(bucketAt).toBeGreaterThan(slots[index - 1]?.bucketAt ?? 0);
          }
        }),
        propertyRuns(100),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "the shares of any amount add up to it to the last bit, in any order, none below zero, counts whole",
    () => {
      const amount = fc.oneof(
        fc.nat(),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1e-3, noNaN: true }),
        fc.constantFrom(5e-324, 0.1, 0.2, 2 ** 53),
      );
      fc.assert(
        fc.property(interval, amount, fc.boolean(), fc.infiniteStream(fc.nat(1000)), (given, total, whole, order) => {
          const shares = sharesOf(total, whole, planInterval(given.from, given.to, given.zone).slots);
          const shuffled = shares
            .map((share) => ({ share, rank: order.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ share }) => share);
          expect(shuffled.reduce((sum, share) => sum + share, 0)).toBe(total);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
          if (whole && Number.isInteger(total)) expect(shares.every(Number.isInteger)).toBe(true);
        }),
        propertyRuns(200),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "each share is at most one unit away from its part of the time",
    () => {
      fc.assert(
        fc.property(interval, fc.nat(10_000), ({ zone, from, to }, total) => {
          const { slots } = planInterval(from, to, zone);
          for (const [index, share] of sharesOf(total, true, slots).entries()) {
            expect(Math.abs(share - total * (slots[index]?.weight ?? 0))).toBeLessThanOrEqual(1 + 1e-6);
          }
        }),
        propertyRuns(50),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});

test("a quarter hour's own beginning is rounded neither down nor up", () => {
  const at = Date.UTC(2026, 10, 22, 10, 15);
  expect([bucketOf(at), ceilToBucket(at)]).toEqual([at, at]);
  expect([bucketOf(at + 1), ceilToBucket(at + 1)]).toEqual([at, at + BUCKET_MS]);
  expect([bucketOf(at - 1), ceilToBucket(at - 1)]).toEqual([at - BUCKET_MS, at]);
});
