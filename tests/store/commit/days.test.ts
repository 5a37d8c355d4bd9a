import { describe, expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { purge } from "../../../lib/store/purge.ts";
import { zoneOfDays } from "../../../lib/store/tables/meta.ts";
import {
  DAY,
  daysOf,
  HOUR,
  MINUTE,
  NOON,
  openTestStore,
  type ScrapeWish,
  scrape,
  sumsOf,
  UTC,
} from "../../support/store.ts";

const TOKYO = createZone("Asia/Tokyo");
const NEW_YORK = createZone("America/New_York");
const MIDNIGHT = NOON - 12 * HOUR;
const START = MIDNIGHT / 1000 - 3600;

/** Scrapes every hour for so many days, ten requests and a tenth of a dollar in each. */
function hourly(days: number, zone: ScrapeWish["zone"] = UTC) {
  const db = openTestStore();
  for (let hour = 0; hour <= days * 24; hour++) {
    const page = {
      start: START,
      requests: [[{ m: "a" }, 10 * hour]] as const,
      cost: [[{ m: "a" }, hour / 10]] as const,
    };
    scrape(db, page, { at: MIDNIGHT + hour * HOUR, ...(zone ? { zone } : {}) });
  }
  const at = MIDNIGHT + days * DAY;
  let next = days * 24;
  const goOn = (when: ScrapeWish["zone"], later = MINUTE) => {
    next += 1;
    const page = {
      start: START,
      requests: [[{ m: "a" }, 10 * next]] as const,
      cost: [[{ m: "a" }, next / 10]] as const,
    };
    scrape(db, page, { at: at + later, ...(when ? { zone: when } : {}) });
  };
  return { db, at, goOn };
}

describe("local days", () => {
  test("are those of the configured zone", () => {
    expect(daysOf(hourly(2, TOKYO).db, "requests")).toEqual({ 20261015: 150, 20261016: 240, 20261017: 90 });
    expect(daysOf(hourly(2, NEW_YORK).db, "requests")).toEqual({ 20261014: 40, 20261015: 240, 20261016: 200 });
  });

  test("are made anew in another zone, as far as buckets reach", () => {
    const { db, goOn } = hourly(2);
    goOn(TOKYO);
    const { db: always, goOn: asEver } = hourly(2, TOKYO);
    asEver(TOKYO);
    expect(daysOf(db, "requests")).toEqual(daysOf(always, "requests"));
    expect(zoneOfDays(db)).toBe("Asia/Tokyo");
    expect(sumsOf(db, "day").cost).toBeCloseTo(sumsOf(db, "lifetime").cost ?? 0, 12);
    goOn(UTC, 2 * MINUTE);
    expect(daysOf(db, "requests")).toEqual({ 20261015: 240, 20261016: 240, 20261017: 20 });
    expect(db.query("SELECT DISTINCT zone FROM day").all()).toEqual([{ zone: "UTC" }]);
  });

  test.each([
    ["to the east", TOKYO],
    ["to the west", NEW_YORK],
    ["by quarters of an hour", createZone("Asia/Kathmandu")],
    ["by a day", createZone("Pacific/Kiritimati")],
  ])("keep what lies before the buckets when the zone moves %s: the seam is neither lost nor doubled", (_, zone) => {
    const { db, at, goOn } = hourly(5);
    purge(db, { retentionDays: 2, now: at, zone: UTC });
    goOn(zone);
    expect(sumsOf(db, "day").requests).toBe(sumsOf(db, "lifetime").requests as number);
    const days = daysOf(db, "requests");
    expect([days[20261015], days[20261016]]).toEqual([240, 240]);
    expect(Math.max(...Object.values(days))).toBeLessThanOrEqual(240 + 140);
    goOn(UTC, 2 * MINUTE);
    expect(daysOf(db, "requests")).toEqual({
      20261015: 240,
      20261016: 240,
      20261017: 240,
      20261018: 240,
      20261019: 240,
      20261020: 20,
    });
  });

  test("stay as they are where the zone they are kept in is not known any more", () => {
    const { db, goOn } = hourly(1);
    db.run("UPDATE day SET zone = 'Mars/Olympus'");
    db.run("UPDATE meta SET value = 'Mars/Olympus' WHERE key = 'zone'");
    goOn(TOKYO);
    expect(sumsOf(db, "day").requests).toBe(250);
    expect(sumsOf(db, "day").cost).toBeCloseTo(2.5, 12);
    expect(zoneOfDays(db)).toBe("Asia/Tokyo");
  });

  test("change with the page that is the first in the new zone, or not at all", () => {
    const { db, at } = hourly(1);
    const before = daysOf(db, "requests");
    db.run("CREATE TEMP TRIGGER full BEFORE INSERT ON main.snapshot BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    expect(() => scrape(db, { start: START }, { at: at + MINUTE, zone: TOKYO })).toThrow("disk full");
    expect([daysOf(db, "requests"), zoneOfDays(db)]).toEqual([before, "UTC"]);
  });
});
