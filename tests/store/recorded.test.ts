import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rawValues } from "../../lib/store/tables/processes.ts";
import { allTargets } from "../../lib/store/tables/targets.ts";
import { type RecordedPage, recordedPages, truthBetween, USAGE_NAMES, type Usage } from "../support/recorded.ts";
import { openTestStore, type Sums, scrape, sumsOf } from "../support/store.ts";

function scrapeAll(recording: Parameters<typeof recordedPages>[0]): {
  db: Database;
  pages: RecordedPage[];
  resets: boolean[];
} {
  const db = openTestStore();
  const pages = recordedPages(recording);
  const resets = pages.map(({ body, dateAt }) => scrape(db, body, { at: dateAt + 500, dateAt }).isReset);
  return { db, pages, resets };
}

function expectSums(sums: Sums, used: Usage): void {
  for (const counter of USAGE_NAMES) expect(sums[counter] ?? 0).toBeCloseTo(used[counter], 9);
}

describe("a recording of LiteLLM 1.82", () => {
  test("of one process that restarts is booked as clients saw it, since the first page", () => {
    const { db, pages, resets } = scrapeAll("sequence");
    expect(resets.map((isReset, index) => (isReset ? index + 1 : 0)).filter(Boolean)).toEqual([7]);
    for (const table of ["lifetime", "day", "bucket", "snapshot"] as const) {
      expectSums(sumsOf(db, table), truthBetween(pages[0], pages.at(-1)).total);
    }
  });

  test("of the multiprocess mode is booked as clients saw it, since the first page", () => {
    const { db, pages, resets } = scrapeAll("multiproc");
    expect(resets).toEqual([false, false, false, false]);
    expectSums(sumsOf(db, "lifetime"), truthBetween(pages[0], pages.at(-1)).total);
  });

  test("of two workers that began in the same hundredth of a second is booked of both, and nothing twice", () => {
    const { db, pages, resets } = scrapeAll("workers");
    expect(resets.some(Boolean)).toBe(false);
    expect(allTargets(db)).toHaveLength(1);
    const workers = db.query<{ n: number }, []>("SELECT COUNT(*) AS n FROM process").get()?.n;
    expect(workers).toBe(2);
    const { cost = 0, requests = 0 } = sumsOf(db, "lifetime");
    // Of the worker that answers the third page first, what it had counted by then is no one's to tell.
    const [most, least] = [pages[0], pages[2]].map((page) => truthBetween(page, pages.at(-1)).total);
    expect(requests).toBeWithin(least?.requests ?? 0, (most?.requests ?? 0) + 1);
    expect(cost).toBeWithin(least?.cost ?? 0, most?.cost ?? 0);
    const total = pages.at(-1)?.truth.total.requests ?? 0;
    expect(rawValues(db, 1).get("requests") ?? 0).toBeWithin(total - 10, total + 1);
  });

  test("read again from its first page changes nothing: all of it is older than what is booked", () => {
    const { db, pages } = scrapeAll("sequence");
    const before = sumsOf(db, "lifetime");
    const end = (pages.at(-1)?.dateAt ?? 0) + 60_000;
    const lastLife = pages.slice(6);
    for (const [index, { body, dateAt }] of lastLife.entries()) scrape(db, body, { at: end + index * 60_000, dateAt });
    expect(sumsOf(db, "lifetime")).toEqual(before);
  });
});
