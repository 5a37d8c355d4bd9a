import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  isPeriod,
  PERIODS,
  type Period,
  previousWindowOf,
  type Window,
  windowOf,
} from "../../lib/aggregator/window.ts";
import { createZone, type Zone } from "../../lib/aggregator/zone.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";
import { clockChanges, ODD_ZONES, startOf } from "../support/temporal.ts";

const HOUR_MS = 3_600_000;
const zones = new Map(ODD_ZONES.map((name) => [name, createZone(name)]));
const zoneOf = (name: (typeof ODD_ZONES)[number]): Zone => zones.get(name) ?? createZone(name);
const utc = (text: string) => Date.parse(`${text}Z`);
const shown = ({ from, to }: Window) => [from, to].map((at) => new Date(at).toISOString().slice(0, 16));

/** The window by Temporal alone. */
function expected(period: Period, at: number, zone: string): Window {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const first = today.with({ day: 1 });
  const [from, to] = {
    today: [today, today.add({ days: 1 })],
    yesterday: [today.subtract({ days: 1 }), today],
    week: [monday, monday.add({ days: 7 })],
    month: [first, first.add({ months: 1 })],
  }[period] as [Temporal.PlainDate, Temporal.PlainDate];
  return { from: startOf(from, zone), to: startOf(to, zone) };
}

describe("a window", () => {
  test(
    "is Temporal's at any instant, in zones where the clocks do odd things",
    () => {
      const instant = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2036, 0, 1) });
      fc.assert(
        fc.property(fc.constantFrom(...ODD_ZONES), instant, fc.constantFrom(...PERIODS), (name, at, period) => {
          expect(windowOf(period, at, zoneOf(name))).toEqual(expected(period, at, name));
        }),
        propertyRuns(400),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("is Temporal's within hours of every change of clocks from 2024 to 2028", () => {
    for (const name of ODD_ZONES) {
      for (const change of clockChanges(name, Date.UTC(2024, 0, 1), Date.UTC(2028, 0, 1))) {
        for (const hours of [-24, -1, 0, 1, 24]) {
          const at = change + hours * HOUR_MS;
          for (const period of PERIODS) expect(windowOf(period, at, zoneOf(name))).toEqual(expected(period, at, name));
        }
      }
    }
  });

  test(
    "begins at the boundary itself and ends before the next",
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...ODD_ZONES),
          fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) }),
          fc.constantFrom("today" as const, "week" as const, "month" as const),
          (name, at, period) => {
            const window = windowOf(period, at, zoneOf(name));
            expect(at).toBeGreaterThanOrEqual(window.from);
            expect(at).toBeLessThan(window.to);
            expect(windowOf(period, window.from, zoneOf(name))).toEqual(window);
            expect(windowOf(period, window.to - 1, zoneOf(name))).toEqual(window);
            expect(windowOf(period, window.to, zoneOf(name)).from).toBe(window.to);
            expect(previousWindowOf(period, window.to, zoneOf(name))).toEqual(window);
          },
        ),
        propertyRuns(200),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test.each<[string, Period, (typeof ODD_ZONES)[number], string, string, string]>([
    [
      "a Monday is the first day of its week",
      "week",
      "UTC",
      "2026-10-12T00:00",
      "2026-10-12T00:00",
      "2026-10-19T00:00",
    ],
    ["a Sunday is the last day of its week", "week", "UTC", "2026-10-18T23:59", "2026-10-12T00:00", "2026-10-19T00:00"],
    ["a week crosses a year", "week", "UTC", "2027-01-01T12:00", "2026-12-28T00:00", "2027-01-04T00:00"],
    ["a month ends at its last day", "month", "UTC", "2028-02-29T12:00", "2028-02-01T00:00", "2028-03-01T00:00"],
    ["December ends with the year", "month", "UTC", "2026-12-31T23:59", "2026-12-01T00:00", "2027-01-01T00:00"],
    [
      "yesterday of the 1st is in the month before",
      "yesterday",
      "UTC",
      "2026-03-01T00:00",
      "2026-02-28T00:00",
      "2026-03-01T00:00",
    ],
    [
      "a week in which the clocks go back has 169 hours",
      "week",
      "America/New_York",
      "2026-11-01T12:00",
      "2026-10-26T04:00",
      "2026-11-02T05:00",
    ],
    [
      "a month in which the clocks go forward lacks an hour",
      "month",
      "America/Santiago",
      "2026-09-15T12:00",
      "2026-09-01T04:00",
      "2026-10-01T03:00",
    ],
    [
      "today begins at one o'clock where midnight does not exist",
      "today",
      "Asia/Beirut",
      "2026-03-29T12:00",
      "2026-03-28T22:00",
      "2026-03-29T21:00",
    ],
  ])("%s", (_, period, name, at, from, to) => {
    expect(shown(windowOf(period, utc(at), zoneOf(name)))).toEqual([from, to]);
  });
});

describe("the window before", () => {
  test.each<[Period, string, string]>([
    ["today", "2026-10-14T00:00", "2026-10-15T00:00"],
    ["yesterday", "2026-10-13T00:00", "2026-10-14T00:00"],
    ["week", "2026-10-05T00:00", "2026-10-12T00:00"],
    ["month", "2026-09-01T00:00", "2026-10-01T00:00"],
  ])("of %s is the one that ends where it begins", (period, from, to) => {
    expect(shown(previousWindowOf(period, utc("2026-10-15T12:00"), zoneOf("UTC")))).toEqual([from, to]);
  });
});

test("a period has one of four names", () => {
  expect(["today", "yesterday", "week", "month", "year", "Today", ""].filter(isPeriod)).toEqual([...PERIODS]);
});
