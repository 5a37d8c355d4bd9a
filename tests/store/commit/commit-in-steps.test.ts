import { expect, test } from "bun:test";
import { commitInSteps } from "../../../lib/store/commit/commit-scrape.ts";
import { connectBeside } from "../../../lib/store/open/connect.ts";
import { type PageWish, pageOf, type SeriesWish } from "../../support/page.ts";
import {
  dump,
  MINUTE,
  NAMES,
  NOON,
  openFile,
  readingOf,
  scrape,
  sumsOf,
  temporaryPath,
  URL_1,
  UTC,
} from "../../support/store.ts";

/** A page of so many series that its commit takes several steps at each stage. */
const page = (value: number): PageWish => ({
  start: NOON / 1000 - 3600,
  requests: Array.from({ length: 1200 }, (_, index): SeriesWish => [{ requested_model: `m${index}` }, value]),
});
const OPTIONS = { now: NOON + MINUTE, zone: UTC, names: NAMES, maxValues: 1000 };
const SCRAPED = { url: URL_1, reading: readingOf(pageOf(page(4))), dateAt: NOON + MINUTE, readAt: NOON + MINUTE };

test("another connection reads what was there before until the last step of a commit", () => {
  using db = openFile(temporaryPath());
  scrape(db, page(1), { at: NOON });
  using reader = connectBeside(db);
  const seen = new Set<number>();
  for (const _ of commitInSteps(db, SCRAPED, OPTIONS)) seen.add(sumsOf(reader, "lifetime").requests ?? 0);
  expect([...seen]).toEqual([0]);
  expect(sumsOf(reader, "lifetime")).toEqual({ requests: 3600 });
});

test("a commit that is left in the middle changes nothing, wherever it is left", () => {
  const open = () => {
    const db = openFile(temporaryPath());
    scrape(db, page(1), { at: NOON });
    return db;
  };
  using db = open();
  using twin = open();
  const before = dump(db);
  const total = [...commitInSteps(twin, SCRAPED, OPTIONS)].length;
  expect(total).toBeGreaterThan(15);
  for (let left = 1; left <= total; left++) {
    const steps = commitInSteps(db, SCRAPED, OPTIONS);
    for (let step = 0; step < left; step++) steps.next();
    steps.return({ kind: "outdated" });
    expect(db.inTransaction).toBe(false);
    expect(dump(db)).toEqual(before);
  }
});
