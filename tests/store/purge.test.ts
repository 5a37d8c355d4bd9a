import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createZone } from "../../lib/aggregator/zone.ts";
import { forgetAbsent, purge } from "../../lib/store/purge.ts";
import { purgedBefore } from "../../lib/store/tables/meta.ts";
import { allTargets } from "../../lib/store/tables/targets.ts";
import type { PageWish, SeriesWish } from "../support/page.ts";
import {
  DAY,
  daysOf,
  dump,
  HOUR,
  MINUTE,
  NOON,
  openTestStore,
  type ScrapeWish,
  scrape,
  sumsOf,
  UTC,
} from "../support/store.ts";

const START = NOON / 1000 - 3600;
const A = { m: "a" };
const B = { m: "b" };
const page = (...series: SeriesWish[]): PageWish => ({ start: START, requests: series });
const count = (db: Database, table: string) =>
  db.query<{ n: number }, []>(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n ?? 0;

/** A scrape every six hours of so many days, a request in each. */
function sixHourly(days: number): { db: Database; now: number } {
  const db = openTestStore();
  for (let index = 0; index <= 4 * days; index++) scrape(db, page([A, index, START]), { at: NOON + index * 6 * HOUR });
  return { db, now: NOON + days * DAY };
}

describe("a purge", () => {
  test("removes buckets and snapshots of the days before the retention time, and nothing else", () => {
    const { db, now } = sixHourly(10);
    const before = dump(db);
    const purged = purge(db, { retentionDays: 3, now, zone: UTC });
    const cut = Date.parse("2026-10-22T00:00Z");
    expect(purged).toEqual({ before: cut, buckets: expect.any(Number), snapshots: 26 });
    expect([count(db, "snapshot"), count(db, "bucket")]).toEqual([
      41 - 26,
      (before["bucket"]?.length ?? 0) - purged.buckets,
    ]);
    expect(db.query("SELECT at FROM bucket WHERE at < ?").all(cut)).toEqual([]);
    for (const table of ["day", "lifetime", "series", "process", "observed", "target"])
      expect(dump(db)[table]).toEqual(before[table] ?? []);
    expect([sumsOf(db, "lifetime"), sumsOf(db, "day")]).toEqual([{ requests: 40 }, { requests: 40 }]);
  });

  test("that is only tried removes nothing and says the same", () => {
    const { db, now } = sixHourly(10);
    const before = dump(db);
    const tried = purge(db, { retentionDays: 3, now, zone: UTC, dryRun: true });
    expect(dump(db)).toEqual(before);
    expect(purge(db, { retentionDays: 3, now, zone: UTC })).toEqual(tried);
  });

  test("keeps everything for ever where the retention is -1", () => {
    const { db, now } = sixHourly(3);
    const before = dump(db);
    expect(purge(db, { retentionDays: -1, now, zone: UTC })).toEqual({ before: undefined, buckets: 0, snapshots: 0 });
    expect(dump(db)).toEqual(before);
  });

  test("cuts at a midnight of the zone that days are kept in, whatever the zone is now", () => {
    const { db, now } = sixHourly(5);
    const { before } = purge(db, { retentionDays: 2, now, zone: createZone("Asia/Tokyo") });
    expect(new Date(before ?? 0).toISOString()).toBe("2026-10-18T00:00:00.000Z");
  });

  test("cuts at a midnight of the given zone where no day is kept yet", () => {
    const { before } = purge(openTestStore(), { retentionDays: 2, now: NOON, zone: createZone("Asia/Tokyo") });
    expect(new Date(before ?? 0).toISOString()).toBe("2026-10-12T15:00:00.000Z");
  });

  test("never brings back what was purged, though the retention grows or the clock goes back", () => {
    const { db, now } = sixHourly(10);
    purge(db, { retentionDays: 2, now, zone: UTC });
    const cut = purgedBefore(db);
    purge(db, { retentionDays: 8, now, zone: UTC });
    purge(db, { retentionDays: 2, now: now - 5 * DAY, zone: UTC });
    expect(purgedBefore(db)).toBe(cut);
  });

  test("does not touch the state of counters: what grows is booked as ever", () => {
    const { db, now } = sixHourly(10);
    purge(db, { retentionDays: 1, now: now + 30 * DAY, zone: UTC });
    scrape(db, page([A, 45, START]), { at: now + MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 45 });
  });
});

describe("the state of a series", () => {
  /** Scrapes a page a day, from a day to another, and forgets after each. */
  const daily = (db: Database, wish: PageWish, from: number, to: number, forget = true) => {
    for (let day = from; day <= to; day++) {
      scrape(db, wish, { at: NOON + day * DAY });
      if (forget) forgetAbsent(db, NOON + day * DAY);
    }
  };
  const born = (day: number) => (NOON + day * DAY) / 1000;

  test("is dropped when it was absent from good pages that span thirty days", () => {
    const db = openTestStore();
    daily(db, page([A, 1, START], [B, 1, START]), 0, 0);
    daily(db, page([A, 1, START]), 1, 31);
    expect(count(db, "series")).toBe(2);
    daily(db, page([A, 1, START]), 32, 32);
    expect(count(db, "series")).toBe(1);
  });

  test("is kept on the first good page after a gap, however long", () => {
    const db = openTestStore();
    daily(db, page([A, 1, START], [B, 10, START]), 0, 0);
    daily(db, page([A, 1, START]), 1, 1);
    forgetAbsent(db, NOON + 60 * DAY);
    daily(db, page([A, 1, START]), 60, 60);
    expect(count(db, "series")).toBe(2);
    daily(db, page([A, 1, START], [B, 14, START]), 61, 61);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 4 });
  });

  test("is not dropped while there are no good pages, though the time passes", () => {
    const db = openTestStore();
    daily(db, page([A, 1, START], [B, 10, START]), 0, 0);
    daily(db, page([A, 1, START]), 1, 2);
    expect(forgetAbsent(db, NOON + 90 * DAY)).toBe(0);
  });

  test("that was dropped is a baseline when it comes back: nothing old is booked twice", () => {
    const db = openTestStore();
    daily(db, page([A, 1, START]), 0, 0);
    daily(db, page([A, 1, START], [B, 10, born(0.5)]), 1, 1);
    daily(db, page([A, 1, START]), 2, 40);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10 });
    daily(db, page([A, 1, START], [B, 15, born(0.5)]), 41, 41);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10 });
    daily(db, page([A, 1, START], [B, 18, born(0.5)]), 42, 42);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 13 });
  });

  test("that was dropped does not keep what is born later from being booked", () => {
    const db = openTestStore();
    daily(db, page([A, 1, START], [B, 10, START]), 0, 0);
    daily(db, page([A, 1, START]), 1, 40);
    daily(db, page([A, 1, START], [B, 7, born(40.5)]), 41, 41);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 7 });
  });

  test("has its cut-off on LiteLLM's clock", () => {
    const db = openTestStore();
    const skew = -10 * HOUR;
    const visit = (wish: PageWish, day: number) => {
      const when: ScrapeWish = { at: NOON + day * DAY, dateAt: NOON + day * DAY + skew };
      scrape(db, wish, when);
      forgetAbsent(db, when.at);
    };
    visit(page([A, 1, 1], [B, 10, 1]), 0);
    for (let day = 1; day <= 40; day++) visit(page([A, 1, 1]), day);
    expect(allTargets(db)[0]?.forgottenBefore).toBe(NOON + DAY + skew + 1000);
  });

  test("that a clock before it was set took for absent is kept until it was absent for thirty days since", () => {
    const db = openTestStore();
    const visit = (wish: PageWish, at: number, dateAt: number) => {
      scrape(db, wish, { at, dateAt });
      forgetAbsent(db, at);
    };
    const worker = (start: number) => (value: number) =>
      ({ start, requests: [[A, value, start + 10]] }) satisfies PageWish;
    const [one, two] = [worker(born(0)), worker(born(0) + 5)];
    visit(one(0), NOON, NOON);
    visit(two(10), NOON + MINUTE, NOON + MINUTE);
    // Our clock is lost for two pages.
    visit(two(11), 60_000, NOON + 2 * MINUTE);
    visit(one(1), 120_000, NOON + 3 * MINUTE);
    for (let day = 1; day <= 20; day++) visit(one(day + 1), NOON + day * DAY, NOON + day * DAY);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10 + 1 + 21 });
    visit(two(13), NOON + 21 * DAY, NOON + 21 * DAY);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10 + 1 + 21 + 2 });
    for (let day = 22; day <= 54; day++) visit(one(21), NOON + day * DAY, NOON + day * DAY);
    expect(count(db, "series")).toBe(1);
  });

  test("is dropped with a cut-off that does not keep the newborn from being booked, though no clock was set at first", () => {
    const db = openTestStore();
    const dated = (wish: PageWish, day: number) => {
      scrape(db, wish, { at: day === 0 ? 60_000 : NOON + day * DAY, dateAt: NOON + day * DAY });
      forgetAbsent(db, NOON + day * DAY);
    };
    dated(page([A, 1, START], [B, 10, START]), 0);
    for (let day = 1; day <= 40; day++) dated(page([A, 1, START]), day);
    expect(count(db, "series")).toBe(1);
    dated(page([A, 1, START], [B, 7, born(40.5)]), 41);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 7 });
  });

  test("of a process that ended goes with it, and so does the process", () => {
    const db = openTestStore();
    daily(db, page([A, 1]), 0, 0);
    daily(db, { start: born(0.5), requests: [[A, 1]] }, 1, 31);
    expect([count(db, "series"), count(db, "process"), count(db, "process_value")]).toEqual([2, 2, 2]);
    daily(db, { start: born(0.5), requests: [[A, 1]] }, 32, 32);
    expect([count(db, "series"), count(db, "process"), count(db, "process_value")]).toEqual([1, 1, 1]);
  });

  test("without `_created` is kept as long as its process answers, since nothing would tell it from a new one", () => {
    const db = openTestStore();
    daily(db, page([A, 1], [B, 10]), 0, 0);
    daily(db, page([A, 1]), 1, 40);
    daily(db, page([A, 1], [B, 12]), 41, 41);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 2 });
  });

  test("of a page that names nobody is kept", () => {
    const db = openTestStore();
    daily(
      db,
      {
        requests: [
          [A, 1],
          [B, 10],
        ],
      },
      0,
      0,
    );
    daily(db, { requests: [[A, 1]] }, 1, 40);
    daily(
      db,
      {
        requests: [
          [A, 1],
          [B, 12],
        ],
      },
      41,
      41,
    );
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 2 });
  });

  test("whose name is not mapped is not taken for absent", () => {
    const db = openTestStore();
    const names = new Map([["cost", ["litellm_spend_metric_total"]]] as const);
    const both: PageWish = { ...page([A, 1, START]), cost: [[A, 1, START]] };
    scrape(db, both, { at: NOON });
    for (let day = 1; day <= 40; day++) {
      scrape(db, both, { at: NOON + day * DAY, names });
      forgetAbsent(db, NOON + day * DAY);
    }
    scrape(db, { ...page([A, 5, START]), cost: [[A, 1, START]] }, { at: NOON + 41 * DAY });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 4 });
    expect(Object.keys(daysOf(db, "requests")).length).toBeGreaterThan(3);
  });

  test("is each target's own matter", () => {
    const db = openTestStore();
    scrape(db, page([A, 1, START], [B, 1, START]), { at: NOON, url: "http://one/" });
    scrape(db, page([A, 1, START]), { at: NOON + DAY, url: "http://one/" });
    const other: PageWish = { start: START + 1, requests: [[A, 1, START + 2]] };
    for (let day = 0; day <= 60; day++) {
      scrape(db, other, { at: NOON + day * DAY, url: "http://two/" });
      expect(forgetAbsent(db, NOON + day * DAY)).toBe(0);
    }
  });
});
