import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Window } from "../../../lib/aggregator/window.ts";
import { createZone, type Zone } from "../../../lib/aggregator/zone.ts";
import { purge } from "../../../lib/store/purge.ts";
import { sourcesOf, sumUsage } from "../../../lib/store/read/usage-rows.ts";
import type { PageWish } from "../../support/page.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../../support/property.ts";
import { DAY, HOUR, MINUTE, NOON, openTestStore, scrape, UTC } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const ZONES = [
  "UTC",
  "America/New_York",
  "Asia/Tokyo",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
].map((name) => createZone(name));

/** A store with one request every hour for so many days from noon, kept in a zone, purged after some days or not. */
function filled(days: number, zone: Zone, retentionDays = -1): { db: Database; from: number; to: number } {
  const db = openTestStore();
  scrape(db, { start: START, requests: [[{}, 0]] }, { at: NOON, zone });
  scrape(db, { start: START, requests: [[{}, days * 24]] }, { at: NOON + days * DAY, zone });
  db.run("DELETE FROM bucket");
  db.run("DELETE FROM day");
  const put = db.query("INSERT INTO bucket (at, cell, requests) VALUES (?, 1, 1)");
  const add = db.query(
    "INSERT INTO day (day, zone, cell, requests) VALUES (?, ?, 1, 1) ON CONFLICT DO UPDATE SET requests = requests + 1",
  );
  for (let hour = 0; hour < days * 24; hour++) {
    put.run(NOON + hour * HOUR);
    add.run(zone.dayAt(NOON + hour * HOUR).day, zone.name);
  }
  purge(db, { retentionDays, now: NOON + days * DAY, zone });
  return { db, from: NOON, to: NOON + days * DAY };
}

/** The requests that a window is answered with, and the window that they stand for. */
function answer(db: Database, asked: Window, zone: Zone): { window: Window; requests: number } {
  const { window, sources } = sourcesOf(db, asked, zone);
  const requests = sources
    .flatMap((source) => sumUsage(db, source, [], [], false))
    .reduce((sum, row) => sum + row.requests, 0);
  return { window, requests };
}

/** The requests of a window by the clock: one at each full hour. */
function truth({ from, to }: Window, all: Window): number {
  const hours = (at: number) => Math.ceil((Math.min(Math.max(at, all.from), all.to) - NOON) / HOUR);
  return hours(to) - hours(from);
}

const hour = (at: number) => new Date(at).toISOString().slice(5, 13);

describe("the rows of a window", () => {
  test("are whole days in the middle and quarters of an hour at the edges", () => {
    const { db } = filled(5, UTC);
    const asked = { from: NOON + 3 * HOUR, to: NOON + 2 * DAY + HOUR };
    const { window, sources } = sourcesOf(db, asked, UTC);
    expect(window).toEqual(asked);
    expect(sources.map(({ kind }) => kind)).toEqual(["bucket", "day", "bucket"]);
  });

  test("are quarters of an hour alone within a day", () => {
    const { db } = filled(5, UTC);
    expect(sourcesOf(db, { from: NOON, to: NOON + HOUR }, UTC).sources.map(({ kind }) => kind)).toEqual(["bucket"]);
  });

  test("are widened to quarters of an hour", () => {
    const { db } = filled(1, UTC);
    const { window } = sourcesOf(db, { from: NOON + 20 * MINUTE, to: NOON + 50 * MINUTE }, UTC);
    expect(window).toEqual({ from: NOON + 15 * MINUTE, to: NOON + HOUR });
  });

  test("are not widened further where nothing was purged, though there is nothing before", () => {
    const { db } = filled(1, UTC);
    const asked = { from: NOON - 5 * DAY, to: NOON + 6 * HOUR };
    expect(answer(db, asked, UTC)).toEqual({ window: asked, requests: 6 });
  });

  test("are of an empty store none, for the window asked", () => {
    const asked = { from: NOON - DAY, to: NOON };
    expect(answer(openTestStore(), asked, UTC)).toEqual({ window: asked, requests: 0 });
  });

  test.each<[string, Zone | undefined, Window, [string, string], number]>([
    [
      "before the buckets come in whole days",
      ZONES[0],
      { from: NOON + HOUR, to: NOON + DAY },
      ["10-15T00", "10-17T00"],
      36,
    ],
    [
      "across their beginning come in whole days there",
      ZONES[0],
      { from: NOON + DAY, to: NOON + 4 * DAY + HOUR },
      ["10-16T00", "10-19T13"],
      85,
    ],
    [
      "behind it are exact",
      ZONES[0],
      { from: NOON + 3 * DAY + HOUR, to: NOON + 4 * DAY },
      ["10-18T13", "10-19T12"],
      23,
    ],
    [
      "before the buckets come in days of the zone that is kept",
      ZONES[1],
      { from: NOON + HOUR, to: NOON + DAY },
      ["10-15T00", "10-17T00"],
      36,
    ],
    [
      "across their beginning are exact behind it in any zone",
      ZONES[2],
      { from: NOON + DAY, to: NOON + 4 * DAY + HOUR },
      ["10-16T00", "10-19T13"],
      85,
    ],
  ])("%s", (_, zone, asked, [from, to], requests) => {
    const { db } = filled(5, UTC, 2);
    const answered = answer(db, asked, zone ?? UTC);
    expect([hour(answered.window.from), hour(answered.window.to), answered.requests]).toEqual([from, to, requests]);
  });

  test(
    "are exactly those of the window that is answered, in every zone, whatever was purged, and none stands in two",
    () => {
      const stores = ZONES.flatMap((zone) => [-1, 1, 3].map((retention) => filled(6, zone, retention)));
      const offset = fc.integer({ min: -2 * 96, max: 8 * 96 });
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom(...ZONES), offset, offset, (pick, zone, a, b) => {
          const { db, from, to } = stores[pick % stores.length] ?? filled(1, UTC);
          const asked = { from: NOON + Math.min(a, b) * 15 * MINUTE, to: NOON + (Math.max(a, b) + 1) * 15 * MINUTE };
          const { window, requests } = answer(db, asked, zone);
          expect(window.from).toBeLessThanOrEqual(asked.from);
          expect(window.to).toBeGreaterThanOrEqual(asked.to);
          expect(requests).toBe(truth(window, { from, to }));
        }),
        propertyRuns(300),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test("keep their days when a purge came before a change of the zone", () => {
    for (const [before, after] of [
      [ZONES[2], ZONES[1]],
      [ZONES[1], ZONES[2]],
      [ZONES[0], ZONES[4]],
      [ZONES[4], ZONES[1]],
    ]) {
      if (!before || !after) continue;
      const { db, to } = filled(6, before, 2);
      scrape(db, { start: START, requests: [[{}, 6 * 24]] }, { at: to + MINUTE, zone: after });
      for (const zone of ZONES)
        expect(answer(db, { from: NOON - 3 * DAY, to: NOON + 9 * DAY }, zone).requests).toBe(144);
    }
  });
});

describe("sums", () => {
  const page = (factor: number): PageWish => ({
    start: START,
    requests: [
      [{ requested_model: "a", team_alias: "red" }, factor],
      [{ requested_model: "b", team_alias: "red" }, 2 * factor],
      [{ requested_model: "b" }, 4 * factor],
    ],
  });
  const db = () => {
    const store = openTestStore();
    scrape(store, page(0), { at: NOON });
    scrape(store, page(1), { at: NOON + MINUTE });
    scrape(store, page(3), { at: NOON + HOUR });
    return store;
  };
  const all = { kind: "bucket", from: 0, to: NOON + DAY } as const;
  const rows = (...args: Parameters<typeof sumUsage>) =>
    sumUsage(...args).map(({ slot, model, team, requests, estimated }) => [slot, model, team, requests, estimated]);

  test("are one row in all, and none where there is nothing", () => {
    expect(rows(db(), all, [], [], false)).toEqual([[0, undefined, undefined, 21, 1]]);
    expect(rows(db(), { ...all, to: NOON }, [], [], false)).toEqual([]);
  });

  test("are grouped by dimensions, of which a value may be absent", () => {
    expect(rows(db(), all, ["model", "team"], [], false)).toEqual([
      [0, "a", "red", 3, 1],
      [0, "b", null, 12, 1],
      [0, "b", "red", 6, 1],
    ]);
  });

  test("are filtered by values", () => {
    const model = { dimension: "model", values: ["b", "c"] } as const;
    expect(rows(db(), all, ["team"], [model], false).map(([, , team, sum]) => [team, sum])).toEqual([
      [null, 12],
      ["red", 6],
    ]);
    expect(rows(db(), all, [], [model, { dimension: "team", values: ["red"] }], false)[0]?.[3]).toBe(6);
    expect(rows(db(), all, [], [{ dimension: "model", values: [] }], false)).toEqual([]);
    expect(rows(db(), all, [], [{ dimension: "model", values: ["a' OR 1=1 --"] }], false)).toEqual([]);
  });

  test("are shown by bucket or by day", () => {
    const byBucket = rows(db(), all, [], [], true).map(([slot, , , sum, estimated]) => [
      Number(slot) - NOON,
      sum,
      estimated,
    ]);
    expect(byBucket[0]).toEqual([0, 10, 1]);
    expect(byBucket.reduce((sum, [, amount]) => sum + Number(amount), 0)).toBe(21);
    const days = { kind: "day", from: 20261015, to: 20261016 } as const;
    expect(rows(db(), days, [], [], true)).toEqual([[20261015, undefined, undefined, 21, 1]]);
  });
});
