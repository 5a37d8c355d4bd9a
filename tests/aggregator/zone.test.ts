import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createZone, dayText, isZoneName } from "../../lib/aggregator/zone.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";
import { clockChanges, ODD_ZONES, temporalDay } from "../support/temporal.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => Date.parse(text);

describe("a zone", () => {
  test.each(ODD_ZONES)(
    "%s has Temporal's days, all of 2026 and around every change of clocks from 2012 to 2036",
    (name) => {
      const zone = createZone(name);
      const around = clockChanges(name, Date.UTC(2012, 0, 1), Date.UTC(2036, 0, 1)).flatMap((change) =>
        [-2, -1, 0, 1, 2].map((days) => change + days * DAY_MS),
      );
      const all = Array.from({ length: 365 }, (_, index) => Date.UTC(2026, 0, 1 + index));
      const wrong = [...around, ...all].filter((when) => {
        const [year = 0, month = 0, day = 0] = new Date(when).toISOString().slice(0, 10).split("-").map(Number);
        const expected = temporalDay(name, year, month, day);
        const actual = zone.dayOf(year, month - 1, day);
        return actual.day !== expected.day || actual.start !== expected.start || actual.end !== expected.end;
      });
      expect(wrong).toEqual([]);
    },
  );

  test(
    "knows the day and the offset of any instant as Temporal does",
    () => {
      const instant = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2036, 0, 1) });
      const zones = new Map(ODD_ZONES.map((name) => [name, createZone(name)]));
      fc.assert(
        fc.property(fc.constantFrom(...ODD_ZONES), instant, (name, when) => {
          const zone = zones.get(name) ?? createZone(name);
          const local = Temporal.Instant.fromEpochMilliseconds(when).toZonedDateTimeISO(name);
          expect(zone.offsetMs(when)).toBe(local.offsetNanoseconds / 1e6);
          expect(zone.dayAt(when)).toEqual(temporalDay(name, local.year, local.month, local.day));
        }),
        propertyRuns(300),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("knows the day of every instant around the change of clocks, whatever was asked before", () => {
    for (const name of ODD_ZONES) {
      const zone = createZone(name);
      for (const change of clockChanges(name, Date.UTC(2024, 0, 1), Date.UTC(2027, 0, 1))) {
        for (const offset of [-2 * HOUR_MS, -HOUR_MS, -1, 0, 1, HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS]) {
          const local = Temporal.Instant.fromEpochMilliseconds(change + offset).toZonedDateTimeISO(name);
          expect(zone.dayAt(change + offset)).toEqual(temporalDay(name, local.year, local.month, local.day));
        }
      }
    }
  });

  test.each<[string, string, number, string, string]>([
    ["America/Santiago", "2026-09-06T12:00Z", 23, "2026-09-06T04:00Z", "midnight does not exist"],
    ["America/Santiago", "2026-04-04T12:00Z", 25, "2026-04-04T03:00Z", "the last hour comes twice"],
    ["Asia/Beirut", "2026-03-29T12:00Z", 23, "2026-03-28T22:00Z", "midnight does not exist"],
    ["America/Havana", "2026-03-08T12:00Z", 23, "2026-03-08T05:00Z", "midnight does not exist"],
    ["America/Havana", "2026-11-01T12:00Z", 25, "2026-11-01T04:00Z", "midnight comes twice"],
    ["Africa/Cairo", "2026-04-24T12:00Z", 23, "2026-04-23T22:00Z", "midnight does not exist"],
    ["Atlantic/Azores", "2026-03-29T12:00Z", 23, "2026-03-29T01:00Z", "midnight does not exist"],
    ["Atlantic/Azores", "2026-10-25T12:00Z", 25, "2026-10-25T00:00Z", "midnight comes twice"],
    ["Asia/Kathmandu", "2026-10-15T12:00Z", 24, "2026-10-14T18:15Z", "the offset has quarters of an hour"],
    ["Australia/Lord_Howe", "2026-10-04T12:00Z", 23.5, "2026-10-03T13:30Z", "the clock moves by half an hour"],
    ["America/New_York", "2026-11-01T12:00Z", 25, "2026-11-01T04:00Z", "an hour of the night comes twice"],
  ])("%s at %s: a day of %p hours from %s, since %s", (name, when, hours, start) => {
    const day = createZone(name).dayAt(at(when));
    expect([day.start, (day.end - day.start) / HOUR_MS]).toEqual([at(start), hours]);
  });

  test("begins each day where the one before ended, and every boundary is a quarter of an hour of UTC", () => {
    for (const name of ODD_ZONES) {
      const zone = createZone(name);
      let day = zone.dayAt(Date.UTC(2026, 2, 1));
      for (let count = 0; count < 270; count++) {
        const next = zone.dayAt(day.end);
        expect([next.start, next.day > day.day, next.start % 900_000]).toEqual([day.end, true, 0]);
        day = next;
      }
    }
  });

  test("has a day without a moment where one was left out", () => {
    const apia = createZone("Pacific/Apia");
    const skipped = apia.dayOf(2011, 11, 30);
    expect(skipped.start).toBe(skipped.end);
    expect(apia.dayAt(skipped.start).day).toBe(20111231);
    expect(apia.dayAt(skipped.start - 1).day).toBe(20111229);
  });

  test("gives no moment to two days where the clock went back over midnight just after it", () => {
    const zone = createZone("America/St_Johns");
    const again = at("2010-11-07T03:00Z");
    expect(zone.dayAt(again)).toEqual({ day: 20101107, start: at("2010-11-07T02:30Z"), end: at("2010-11-08T03:30Z") });
    expect(zone.dayAt(at("2010-11-07T02:29Z")).end).toBe(at("2010-11-07T02:30Z"));
  });

  test("takes months and days that overflow", () => {
    const zone = createZone("UTC");
    expect(zone.dayOf(2026, 12, 1).day).toBe(20270101);
    expect(zone.dayOf(2026, 2, 0).day).toBe(20260228);
    expect(zone.dayOf(2026, 0, -1).day).toBe(20251230);
  });

  test("forgets no day though it keeps only some", () => {
    const zone = createZone("America/Santiago");
    const days = Array.from({ length: 1200 }, (_, index) => zone.dayOf(2020, 0, 1 + index));
    expect(zone.dayOf(2020, 0, 1)).toEqual(days[0] as (typeof days)[number]);
  });
});

describe("the name of a zone", () => {
  test.each<[string, boolean]>([
    ["UTC", true],
    ["Europe/Berlin", true],
    ["europe/berlin", true],
    ["Etc/GMT+5", true],
    ["Mars/Olympus", false],
    ["+02:00", false],
    ["Z", false],
    ["", false],
    [" UTC", false],
    ["local", false],
  ])("%p is one: %p", (name, expected) => {
    expect(isZoneName(name)).toBe(expected);
  });
});

test("a day number is written with hyphens", () => {
  expect([20261015, 20260101, 9990101].map(dayText)).toEqual(["2026-10-15", "2026-01-01", "0999-01-01"]);
});
