import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { lifetimeTotals } from "../../lib/store/read/totals.ts";
import type { Naming } from "../support/fake-litellm.ts";
import { histories, type Outcome, play, type Setting } from "../support/history.ts";
import { civilDay, knowable, quarter, spreadOver } from "../support/knowable.ts";
import { PROPERTY_TIMEOUT_MS, propertyRuns } from "../support/property.ts";
import { DAY, openFile, openTestStore, sumsOf, temporaryPath } from "../support/store.ts";
import { startOf } from "../support/temporal.ts";

const CREATED: Naming[] = [
  { start: "own", created: true },
  { start: "shared", created: true },
  { start: "none", created: true },
];
const STARTED: Naming = { start: "own", created: false };
const NAMELESS: Naming = { start: "none", created: false };
/** Where every page tells who answered it: without a start, or with the same, pages without a counter do not. */
const TOLD_APART: Naming[] = [{ start: "own", created: true }, STARTED, NAMELESS];
const METRICS = ["requests", "cost"] as const;
const TABLES = ["bucket", "day", "lifetime", "snapshot"] as const;
type Metric = (typeof METRICS)[number];

/** Checks a property of histories that are played on one connection in memory. */
function holds(arbitrary: fc.Arbitrary<Setting>, runs: number, check: (db: Database, outcome: Outcome) => void): void {
  fc.assert(
    fc.property(arbitrary, (setting) => {
      const db = openTestStore();
      let published = 0;
      const outcome = play(setting, { db: () => db, reopen: () => undefined }, () => {
        const lifetime = lifetimeTotals(db).cost;
        expect(lifetime).toBeGreaterThanOrEqual(published);
        published = lifetime;
      });
      check(db, outcome);
      db.close();
    }),
    propertyRuns(runs),
  );
}

function expectBooked(db: Database, outcome: Outcome): void {
  for (const metric of METRICS) {
    const known = outcome.growths.reduce((sum, growth) => (growth.metric === metric ? sum + growth.amount : sum), 0);
    const booked = sumsOf(db, "lifetime")[metric] ?? 0;
    expect(Math.abs(booked - known)).toBeLessThan(1e-9);
    expect(Math.abs((sumsOf(db, "day")[metric] ?? 0) - known)).toBeLessThan(1e-9);
    if (!outcome.did.has("purge")) {
      expect(Math.abs((sumsOf(db, "bucket")[metric] ?? 0) - known)).toBeLessThan(1e-9);
      expect(Math.abs((sumsOf(db, "snapshot")[metric] ?? 0) - known)).toBeLessThan(1e-9);
    }
  }
  const keys = Map.groupBy(outcome.growths, ({ key }) => key);
  const byKey = db
    .query<{ key: string; requests: number; cost: number }, []>(
      "SELECT key, SUM(requests) AS requests, SUM(cost) AS cost FROM lifetime JOIN cell ON cell.id = cell GROUP BY 1",
    )
    .all();
  expect(byKey.map(({ key }) => key).toSorted()).toEqual([...keys.keys()].map(String).toSorted());
  for (const { key, ...sums } of byKey) {
    for (const metric of METRICS) {
      const known = keys.get(key)?.reduce((sum, growth) => (growth.metric === metric ? sum + growth.amount : sum), 0);
      expect(Math.abs(sums[metric] - (known ?? 0))).toBeLessThan(1e-9);
    }
  }
  for (const table of ["bucket", "day", "lifetime"] as const) {
    const rows = db.query<{ requests: number; cost: number }, []>(`SELECT requests, cost FROM ${table}`).all();
    expect(rows.filter(({ requests, cost }) => requests < 0 || cost < -1e-12 || !Number.isInteger(requests))).toEqual(
      [],
    );
  }
}

function expectClose(actual: ReadonlyMap<number, number>, expected: ReadonlyMap<number, number>, off: number): void {
  const slots = [...new Set([...actual.keys(), ...expected.keys()])];
  expect(slots.filter((slot) => Math.abs((actual.get(slot) ?? 0) - (expected.get(slot) ?? 0)) > off)).toEqual([]);
}

function daysOf(db: Database, metric: Metric, zone: string): Map<number, number> {
  const rows = db
    .query<{ day: number; sum: number }, []>(`SELECT day, SUM(${metric}) AS sum FROM day GROUP BY day`)
    .all();
  return new Map(
    rows.map(({ day, sum }) => {
      const text = String(day);
      return [startOf(new Temporal.PlainDate(+text.slice(0, 4), +text.slice(4, 6), +text.slice(6)), zone), sum];
    }),
  );
}

describe("what is booked of any history", () => {
  test.each([
    ["counters say when they were created", histories(CREATED, { drop: 1, restart: 1, reopen: 1 })],
    [
      "series of several workers share their `_created`",
      histories([{ start: "own", created: true }], { useAll: 4, drop: 1, restart: 1 }),
    ],
  ] as const)(
    "is what the true events between the pages add up to, where %s",
    (_, settings) => {
      holds(settings, 60, (db, outcome) => {
        expectBooked(db, outcome);
        for (const metric of METRICS) {
          const isOld = ({ createdAt }: { createdAt: number }) => createdAt <= outcome.observer.markAt;
          const known = knowable(outcome, metric, isOld);
          expect(Math.abs((sumsOf(db, "lifetime")[metric] ?? 0) - known)).toBeLessThan(1e-9);
        }
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is what the true events between the pages add up to, where only processes say when they began",
    () => {
      holds(histories([STARTED], { restart: 1 }), 40, (db, outcome) => {
        expectBooked(db, outcome);
        for (const metric of METRICS) {
          const known = knowable(
            outcome,
            metric,
            ({ startedAt, isOnFirstPage }) => startedAt <= outcome.observer.markAt && isOnFirstPage,
          );
          expect(Math.abs((sumsOf(db, "lifetime")[metric] ?? 0) - known)).toBeLessThan(1e-9);
        }
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is what the pages show, where nothing names a process and it restarts or drops series",
    () => {
      holds(histories([NAMELESS], { restart: 1, drop: 1 }), 50, (db, outcome) => {
        const isInTurn = db
          .query<{ turns: string | null }, []>("SELECT turns FROM target")
          .get()
          ?.turns?.includes("true");
        if (!isInTurn) expectBooked(db, outcome);
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "lies where it was used: money by quarters of an hour as far as intervals are up to two days, and by local days",
    () => {
      const settings = histories(TOLD_APART, { restart: 1, drop: 1, wait: 6 });
      holds(settings, 60, (db, outcome) => {
        expectBooked(db, outcome);
        const buckets = db
          .query<{ at: number; cost: number }, []>("SELECT at, SUM(cost) AS cost FROM bucket GROUP BY at")
          .all();
        if (outcome.growths.every(({ from, to }) => to - from <= 2 * DAY)) {
          expectClose(new Map(buckets.map(({ at, cost }) => [at, cost])), spreadOver(outcome, "cost", quarter), 1e-9);
        }
        expectClose(daysOf(db, "cost", "UTC"), spreadOver(outcome, "cost", civilDay("UTC")), 1e-9);
        const ends = outcome.growths.filter(({ metric }) => metric === "requests").length;
        expectClose(daysOf(db, "requests", "UTC"), spreadOver(outcome, "requests", civilDay("UTC")), ends);
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is neither lost nor doubled by purges, changes of the zone and restarts of our own, at any moment",
    () => {
      const settings = histories(TOLD_APART, { restart: 1, purge: 1, zone: 1, wait: 6, reopen: 1 });
      holds(settings, 60, (db, outcome) => {
        expectBooked(db, outcome);
        const isWithinDays = outcome.growths.every(({ from, to }) => to - from <= 2 * DAY);
        if (!outcome.did.has("purge") && isWithinDays) {
          const zone =
            db.query<{ value: string }, []>("SELECT value FROM meta WHERE key = 'zone'").get()?.value ?? "UTC";
          expectClose(daysOf(db, "cost", zone), spreadOver(outcome, "cost", civilDay(zone)), 1e-9);
        }
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "is what can be known, and never more than was used, where absent series are forgotten after gaps of weeks",
    () => {
      holds(histories([...CREATED, STARTED], { restart: 1, drop: 1, forget: 3 }), 40, (db, outcome) => {
        expectBooked(db, outcome);
        for (const metric of METRICS) {
          const used = knowable(outcome, metric, () => false, true);
          expect(sumsOf(db, "lifetime")[metric] ?? 0).toBeLessThan(used + 1e-9);
        }
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "adds up the same everywhere, where workers answer in turn and nothing tells them apart",
    () => {
      const indistinct: Naming[] = [NAMELESS, { start: "shared", created: false }];
      const weights = { restart: 1, scrape: 24, wait: 1, purge: 1, zone: 1 };
      holds(histories(indistinct, weights, { maxSteps: 60, indistinct: true }), 40, (db, { did }) => {
        const tables = did.has("purge") ? (["day", "lifetime"] as const) : TABLES;
        for (const metric of METRICS) {
          const sums = tables.map((table) => sumsOf(db, table)[metric] ?? 0);
          expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(1e-9);
          expect(db.query(`SELECT * FROM bucket WHERE ${metric} < -1e-9`).all()).toEqual([]);
        }
      });
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    "counts the restarts of LiteLLM, each once whatever the number of its workers",
    () => {
      const named: Naming[] = [{ start: "own", created: true }, STARTED];
      holds(histories(named, { restart: 2 }), 30, (db, outcome) => {
        const row = db.query<{ restarts: number; flagged: number }, []>(
          "SELECT COALESCE(SUM(restarts), 0) AS restarts, (SELECT COALESCE(SUM(is_reset), 0) FROM snapshot) AS flagged FROM target",
        );
        expect(row.get()).toEqual({ restarts: outcome.observer.restarts, flagged: outcome.observer.restarts });
      });
    },
    PROPERTY_TIMEOUT_MS,
  );
});

describe("two writers on one file", () => {
  test(
    "book no increase twice, whoever commits when, and whenever one is killed",
    () => {
      const path = temporaryPath();
      let file = 0;
      fc.assert(
        fc.property(
          histories([...CREATED, STARTED, NAMELESS], { restart: 1, scrape: 12, reopen: 1 }, { maxSteps: 25 }),
          (setting) => {
            file += 1;
            const open = () => [openFile(`${path}${file}`), openFile(`${path}${file}`)] as const;
            let writers = open();
            const outcome = play(setting, {
              db: (writer) => writers[writer % 2] ?? writers[0],
              reopen: () => {
                for (const db of writers) db.close();
                writers = open();
              },
            });
            expectBooked(writers[0], outcome);
            for (const db of writers) db.close();
          },
        ),
        propertyRuns(15),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
