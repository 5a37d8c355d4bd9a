import { expect, test } from "bun:test";
import fc from "fast-check";
import { dateOf, daysSince1970 } from "../../lib/aggregator/day-number.ts";
import { createZone } from "../../lib/aggregator/zone.ts";
import { propertyRuns } from "../support/property.ts";

test.each([
  [19691231, -1],
  [19700101, 0],
  [20240229, 19_782],
  [20261122, 20_779],
] as const)("the day %p is %p days after the first of 1970", (day, days) => {
  expect(daysSince1970(day)).toBe(days);
});

test("a day's number names its date, with months from 0", () => {
  expect(dateOf(20261231)).toEqual([2026, 11, 31]);
});

test("the days of a zone follow each other without a gap, also where its clocks change", () => {
  const zones = ["UTC", "America/New_York", "Asia/Kathmandu"].map(createZone);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) }),
      (zone, at) => {
        const { day, end } = zone.dayAt(at);
        expect(daysSince1970(zone.dayAt(end).day) - daysSince1970(day)).toBe(1);
      },
    ),
    propertyRuns(200),
  );
});
