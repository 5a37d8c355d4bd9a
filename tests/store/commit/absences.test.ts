import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { PageWish } from "../../support/page.ts";
import { HOUR, MINUTE, NOON, openTestStore, scrape, sumsOf } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const page = (values: Readonly<Record<string, number>>, start: number | undefined = START): PageWish => ({
  ...(start === undefined ? {} : { start }),
  requests: Object.entries(values).map(([m, value]) => [{ requested_model: m }, value]),
});
const nameless = (values: Readonly<Record<string, number>>): PageWish => ({ requests: page(values).requests });

/** The state of each series: its value, and in minutes after noon when it was last seen and since when it is absent. */
function states(db: Database): Record<string, (number | null)[]> {
  const rows = db
    .query<{ model: string; value: number; seen: number | null; absent: number | null }, []>(
      `SELECT model, value, last_seen_at AS seen, absent_since AS absent FROM series JOIN cell ON cell.id = cell ORDER BY 1`,
    )
    .all();
  const minutes = (at: number | null) => (at === null ? null : (at - NOON) / MINUTE);
  return Object.fromEntries(
    rows.map(({ model, value, seen, absent }) => [model, [value, minutes(seen), minutes(absent)]]),
  );
}

function scrapeAll(db: Database, pages: readonly PageWish[]): void {
  for (const [index, wish] of pages.entries()) scrape(db, wish, { at: NOON + index * MINUTE });
}

describe("a series that is not on the page of its process", () => {
  test("keeps its value, when it was last seen, and since when it is absent", () => {
    const db = openTestStore();
    scrapeAll(db, [page({ a: 1, b: 2 }), page({ a: 1, b: 2 }), page({ a: 1 }), page({ a: 3 })]);
    expect(states(db)).toEqual({ a: [3, null, null], b: [2, 1, 2] });
  });

  test("is not judged by the pages of other processes", () => {
    const db = openTestStore();
    scrapeAll(db, [page({ a: 1, b: 2 }), page({ c: 1 }, START + 1), page({ c: 2 }, START + 1)]);
    expect(states(db)).toEqual({ a: [1, null, null], b: [2, null, null], c: [2, null, null] });
  });

  test("is not judged while its name is not mapped, but when it was last seen is known", () => {
    const db = openTestStore();
    scrape(db, page({ a: 1 }), { at: NOON });
    const names = new Map([["cost", ["litellm_spend_metric_total"]]] as const);
    for (const minute of [1, 2]) scrape(db, page({ a: 1 }), { at: NOON + minute * MINUTE, names });
    expect(states(db)).toEqual({ a: [1, 0, null] });
  });
});

describe("a restart that no process name shows", () => {
  test("ends the series that are not on the page", () => {
    const db = openTestStore();
    scrapeAll(db, [nameless({ a: 100, b: 20, c: 0 }), nameless({ a: 3 })]);
    expect(states(db)).toEqual({ a: [3, null, null], b: [0, 1, 1], c: [0, 1, 1] });
  });

  test("begins the interval of what the restart before it had ended, when that comes back", () => {
    const db = openTestStore();
    const pages = [{ a: 100, b: 20 }, { a: 3 }, { a: 200 }, { a: 3 }].map(nameless);
    for (const [hour, wish] of pages.entries()) scrape(db, wish, { at: NOON + hour * HOUR });
    scrape(db, nameless({ a: 3, b: 1000 }), { at: NOON + 4 * HOUR });
    expect(sumsOf(db, "bucket")).toEqual({ requests: 3 + 197 + 3 + 1000 });
    const since = db.query<{ sum: number }, [number]>("SELECT SUM(requests) AS sum FROM bucket WHERE at >= ?");
    expect(since.get(NOON + 3 * HOUR)?.sum).toBe(1000);
  });

  test("ends those, too, that were absent before", () => {
    const db = openTestStore();
    scrapeAll(db, [nameless({ a: 100, b: 20 }), nameless({ a: 101 }), nameless({ a: 3 })]);
    expect(states(db)).toEqual({ a: [3, null, null], b: [0, 2, 1] });
  });

  test("ends nothing of a process that has a name", () => {
    const db = openTestStore();
    scrapeAll(db, [page({ a: 100, b: 20 }), page({ a: 3 })]);
    expect(states(db)).toEqual({ a: [3, null, null], b: [20, 0, 1] });
  });
});
