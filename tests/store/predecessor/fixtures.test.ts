import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { fixture } from "../../support/fixtures.ts";
import { daysOf, sumsOf, temporaryPath } from "../../support/store.ts";
import { byModel, imported } from "./old-database.ts";

const FIRST_AT = 1795294410_000;
const LAST_AT = 1795294481_000;

/** A copy of a real database. */
function copyOf(name: string): string {
  const path = temporaryPath();
  writeFileSync(path, fixture(`predecessor/${name}`));
  return path;
}

/** What the model rows of a real database add up to. */
function modelSums(name: string): Record<string, Record<string, number>> {
  const db = new Database(copyOf(name));
  const rows = db
    .query<{ model: string; metric: string; sum: number }, []>(
      "SELECT model, metric, SUM(delta) AS sum FROM model_snapshots GROUP BY 1, 2 HAVING SUM(delta) <> 0",
    )
    .all();
  db.close();
  const models = Map.groupBy(rows, ({ model }) => model);
  return Object.fromEntries(
    [...models].map(([model, same]) => [model, Object.fromEntries(same.map(({ metric, sum }) => [metric, sum]))]),
  );
}

describe.each([
  ["0.2.1.db", 1],
  ["0.3.0.db", 0],
])("the real database of %s", (name, corrected) => {
  test("is 170 requests and $0.530485", () => {
    const { db, taken } = imported(copyOf(name));
    expect(taken).toMatchObject({ rows: 10, corrected, from: FIRST_AT, to: LAST_AT, requests: 170 });
    expect(taken.cost).toBeCloseTo(0.530485, 12);
    for (const table of ["lifetime", "bucket", "day", "snapshot"] as const) {
      const sums = sumsOf(db, table);
      expect(sums).toMatchObject({ requests: 170, failed_requests: 18, tokens: 146665 });
      expect(sums.cost).toBeCloseTo(0.530485, 12);
    }
  });

  test("goes on as a target that has had ten pages and one restart", () => {
    const { db } = imported(copyOf(name));
    expect(db.query("SELECT * FROM target").get()).toMatchObject({
      url: "http://localhost:4000/metrics",
      counted_from: FIRST_AT,
      last_page_at: LAST_AT,
      first_mark_at: LAST_AT,
      pages: 10,
      restarts: 1,
      last_restart_page: 7,
    });
    expect(db.query("SELECT DISTINCT page, at FROM mark").all()).toEqual([{ page: 10, at: LAST_AT + 999 }]);
    expect(db.query("SELECT from_at, to_at, estimated FROM observed").all()).toEqual([
      { from_at: FIRST_AT, to_at: LAST_AT, estimated: 0 },
    ]);
  });

  test("falls on the local day of the configured zone", () => {
    const { db } = imported(copyOf(name), { zone: createZone("Pacific/Auckland") });
    expect(daysOf(db, "requests")).toEqual({ 20261122: 170 });
  });
});

describe("the models of the real databases", () => {
  test("are as in model_snapshots, and unknown what is missing there", () => {
    const { db } = imported(copyOf("0.3.0.db"));
    const { unknown, ...models } = byModel(db);
    expect(unknown).toEqual({ requests: 170, failed_requests: 18 });
    const truth = modelSums("0.3.0.db");
    expect(Object.keys(models).sort()).toEqual(Object.keys(truth).sort());
    for (const [model, sums] of Object.entries(truth)) {
      for (const [metric, sum] of Object.entries(sums)) expect(models[model]?.[metric]).toBeCloseTo(sum, 12);
    }
  });

  test("are all unknown where there is no model_snapshots", () => {
    const { db } = imported(copyOf("0.2.1.db"));
    expect(Object.keys(byModel(db))).toEqual(["unknown"]);
  });
});
