import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { fixture } from "../../support/fixtures.ts";
import type { PageWish } from "../../support/page.ts";
import { recordedPages } from "../../support/recorded.ts";
import {
  bucketsOf,
  HOUR,
  MINUTE,
  NOON,
  namesWith,
  SECOND,
  scrape,
  sumsOf,
  temporaryPath,
} from "../../support/store.ts";
import { byModel, imported, minute, minutely, type OldDatabase } from "./old-database.ts";
import { asPredecessor } from "./python-predecessor.ts";

const SEQUENCE = recordedPages("sequence");

/** The real database as it was after so many scrapes. */
function firstRows(name: string, count: number): string {
  const path = temporaryPath();
  writeFileSync(path, fixture(`predecessor/${name}`));
  const db = new Database(path);
  const last = db.query<{ id: number; ts: number }, [number]>("SELECT id, ts FROM scrapes WHERE id = ?").get(count);
  db.query("DELETE FROM scrapes WHERE id > ?").run(count);
  if (name === "0.3.0.db") db.query("DELETE FROM model_snapshots WHERE ts > ?").run(last?.ts ?? 0);
  db.close();
  return path;
}

/** What was booked by model, whatever the rest of a cell. */
function costByModel(db: Database): Record<string, number> {
  const rows = db
    .query<{ model: string; cost: number }, []>(
      "SELECT model, SUM(cost) AS cost FROM lifetime JOIN cell ON cell.id = cell GROUP BY model HAVING SUM(cost) > 0",
    )
    .all();
  return Object.fromEntries(rows.map(({ model, cost }) => [model, cost]));
}

describe("the recorded pages go on where the real database ends", () => {
  test("the predecessor of the tests writes what the real one did", () => {
    const real = new Database(firstRows("0.3.0.db", 10));
    const seconds = real.query<{ ts: number }, []>("SELECT ts FROM scrapes ORDER BY id").all();
    const pages = SEQUENCE.map(({ text }, index) => ({ text, second: seconds[index]?.ts ?? 0 }));
    const { scrapes = [], models = [] } = asPredecessor(pages);
    const rows = real.query<Record<string, number>, []>("SELECT * FROM scrapes ORDER BY id").all();
    for (const [index, [, cells, mark]] of scrapes.entries()) {
      expect(rows[index]?.["is_reset"]).toBe(mark === "reset" ? 1 : 0);
      for (const [name, [raw, delta]] of Object.entries(cells)) {
        expect(rows[index]?.[`raw_${name}`]).toBeCloseTo(raw, 12);
        expect(rows[index]?.[`delta_${name}`]).toBeCloseTo(delta, 12);
      }
    }
    const textOf = (numbers: readonly (string | number | null)[]) =>
      numbers.map((value) => (typeof value === "number" ? value.toPrecision(9) : value)).join(" ");
    const realModels = real.query("SELECT ts, model, metric, raw, delta FROM model_snapshots").values();
    expect(models.map(textOf).sort()).toEqual(
      realModels.map((row) => textOf(row.map((value) => (typeof value === "number" ? value : String(value))))).sort(),
    );
    real.close();
  });

  test.each([
    ["0.3.0.db", 1],
    ["0.3.0.db", 2],
    ["0.3.0.db", 4],
    ["0.3.0.db", 5],
    ["0.3.0.db", 6],
    ["0.3.0.db", 7],
    ["0.3.0.db", 8],
    ["0.3.0.db", 9],
    ["0.2.1.db", 5],
    ["0.2.1.db", 6],
    ["0.2.1.db", 8],
  ])("%s after %d scrapes and our own from then on are the same 170 requests and $0.530485", (name, count) => {
    const { db } = imported(firstRows(name, count));
    for (const { body, dateAt } of SEQUENCE.slice(count)) scrape(db, body, { at: dateAt + 400, dateAt });
    for (const table of ["lifetime", "bucket", "day", "snapshot"] as const) {
      const sums = sumsOf(db, table);
      expect(sums).toMatchObject({ requests: 170, failed_requests: 18, tokens: 146665, output_tokens: 30605 });
      expect(sums.cost).toBeCloseTo(0.530485, 10);
    }
    expect(db.query("SELECT COUNT(*) AS n FROM predecessor_value").get()).toEqual({ n: 0 });
    expect(db.query("SELECT restarts, pages FROM target").get()).toEqual({ restarts: 1, pages: 10 });
    if (name === "0.2.1.db") return;
    const truth = costByModel(imported(firstRows(name, 10)).db);
    const found = costByModel(db);
    expect(Object.keys(found).sort()).toEqual(Object.keys(truth).sort());
    for (const [model, cost] of Object.entries(truth)) expect(found[model]).toBeCloseTo(cost, 10);
  });
});

const LAST = NOON + MINUTE;
const OLD: OldDatabase = {
  scrapes: minutely([{ requests: [90, 0], cost: [9, 0] }], [{ requests: [100, 10], cost: [10, 1] }]),
  models: [
    [minute(0), "a", "cost", 5, 0],
    [minute(1), "a", "cost", 6, 1],
    [minute(0), "b", "cost", 4, 0],
    [minute(1), "b", "cost", 4, 0],
  ],
};
const BEFORE = (NOON - HOUR) / SECOND;
const SINCE = (LAST + 10 * MINUTE) / SECOND;

describe("the first page after it", () => {
  const grown: PageWish = {
    start: BEFORE,
    requests: [[{ requested_model: "x" }, 130, BEFORE]],
    cost: [
      [{ model: "a" }, 8, BEFORE],
      [{ model: "b" }, 4.5, BEFORE],
      [{ model: "c" }, 0.5, BEFORE],
    ],
  };

  test("counts what grew beyond the last values, by model, the rest unknown", () => {
    const { db } = imported(OLD);
    const commit = scrape(db, grown, { at: LAST + MINUTE });
    expect(Object.fromEntries(commit.amounts)).toEqual({ requests: 30, cost: 3 });
    expect(byModel(db)).toEqual({
      a: { cost: 3 },
      b: { cost: 0.5 },
      unknown: { requests: 40, cost: 0.5 },
    });
    expect(sumsOf(db, "snapshot")).toEqual({ requests: 40, cost: 4 });
  });

  test("spreads it over the gap, which is estimated", () => {
    const { db } = imported(OLD);
    scrape(db, grown, { at: LAST + 30 * MINUTE });
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 24, "12:15": 15, "12:30": 1 });
    expect(db.query("SELECT SUM(estimated) > 0 AS estimated FROM bucket").get()).toEqual({ estimated: 1 });
    expect(db.query("SELECT from_at, to_at, estimated FROM observed").all()).toEqual([
      { from_at: NOON, to_at: LAST, estimated: 0 },
      { from_at: LAST, to_at: LAST + 30 * MINUTE, estimated: 1 },
    ]);
  });

  test("uses the last values up: the second page counts by its own", () => {
    const { db } = imported(OLD);
    scrape(db, grown, { at: LAST + MINUTE });
    const { amounts } = scrape(
      db,
      { ...grown, requests: [[{ requested_model: "x" }, 131, BEFORE]] },
      { at: LAST + 2 * MINUTE },
    );
    expect(Object.fromEntries(amounts)).toEqual({ requests: 1 });
  });

  test("is all baseline where one metric is lower", () => {
    const { db } = imported(OLD);
    const commit = scrape(db, { ...grown, cost: [[{ model: "a" }, 9.5, BEFORE]] }, { at: LAST + MINUTE });
    expect(Object.fromEntries(commit.amounts)).toEqual({});
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10, cost: 1 });
  });

  test("counts whole what was born since, in a process that goes on", () => {
    const { db } = imported(OLD);
    const page = { ...grown, requests: [...(grown.requests ?? []), [{ requested_model: "y" }, 7, SINCE]] } as PageWish;
    const commit = scrape(db, page, { at: LAST + 20 * MINUTE });
    expect(Object.fromEntries(commit.amounts)).toEqual({ requests: 37, cost: 3 });
    expect(commit.isReset).toBe(false);
  });

  test("counts all of a process that began since, as a restart", () => {
    const { db } = imported(OLD);
    const commit = scrape(
      db,
      { start: SINCE, requests: [[{}, 7, SINCE]], cost: [[{ model: "a" }, 0.5, SINCE]] },
      { at: LAST + 20 * MINUTE },
    );
    expect(Object.fromEntries(commit.amounts)).toEqual({ requests: 7, cost: 0.5 });
    expect(commit.isReset).toBe(true);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 17, cost: 1.5 });
  });

  test("counts by the last values where pages name no process and no age", () => {
    const { db } = imported(OLD);
    const page = { requests: [[{}, 130]], cost: [[{ model: "a" }, 12]] } as PageWish;
    expect(Object.fromEntries(scrape(db, page, { at: LAST + MINUTE }).amounts)).toEqual({ requests: 30, cost: 2 });
  });

  test("passes over a metric that is not on it", () => {
    const { db } = imported(OLD);
    const { cost: _, ...page } = grown;
    expect(Object.fromEntries(scrape(db, page, { at: LAST + MINUTE }).amounts)).toEqual({ requests: 30 });
  });

  test("passes over a metric that is read under another name now", () => {
    const { db } = imported(OLD);
    const names = namesWith({ requests: ["custom_requests_total"] });
    const page = {
      start: BEFORE,
      cost: grown.cost ?? [],
      named: { custom_requests_total: [[{}, 500, BEFORE]] },
    } as PageWish;
    expect(Object.fromEntries(scrape(db, page, { at: LAST + MINUTE, names }).amounts)).toEqual({ cost: 3 });
  });

  test("takes dollars that differ in their last digits for the same", () => {
    const { db } = imported({ scrapes: minutely([{ requests: [1, 0], cost: [0.3, 0] }]) });
    const page = {
      requests: [[{}, 5, BEFORE]],
      cost: [
        [{ model: "a" }, 0.1, BEFORE],
        [{ model: "b" }, 0.19999999999999998, BEFORE],
      ],
    } as PageWish;
    expect(scrape(db, page, { at: LAST }).amounts.get("requests")).toBe(4);
  });

  test("counts from the values before an outage in which the database ends", () => {
    const { db } = imported({ scrapes: minutely([{ requests: [100, 0] }], [{}, "reset"], [{}]) });
    const { amounts } = scrape(db, { start: BEFORE, requests: [[{}, 104, BEFORE]] }, { at: LAST + 2 * MINUTE });
    expect(Object.fromEntries(amounts)).toEqual({ requests: 4 });
  });

  test("is booked at its own time where the clock was set back since", () => {
    const { db } = imported(OLD);
    scrape(db, grown, { at: LAST - 40 * MINUTE, dateAt: LAST - 40 * MINUTE });
    expect(bucketsOf(db, "requests")).toEqual({ "11:15": 30, "12:00": 10 });
  });
});
