import { describe, expect, test } from "bun:test";
import { configuredTarget } from "../../../lib/store/read/state.ts";
import { allTargets, targetKey } from "../../../lib/store/tables/targets.ts";
import type { PageWish } from "../../support/page.ts";
import { MINUTE, NOON, openTestStore, scrape, sumsOf } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const created = (value: number, start = START): PageWish => ({ start, requests: [[{ m: "a" }, value, start + 1]] });
const nameless = (value: number): PageWish => ({ requests: [[{ m: "a" }, value]] });
const LOCAL = "http://localhost:4000/metrics/";
const ALIAS = "http://127.0.0.1:4000/metrics/";

describe("the target of a page", () => {
  test("is the same under another URL if its series are known, with one warning", () => {
    const db = openTestStore();
    const moved = [LOCAL, LOCAL, ALIAS, ALIAS, LOCAL].map(
      (url, index) => scrape(db, created(10 + index), { at: NOON + index * MINUTE, url }).movedHere,
    );
    expect(moved).toEqual([false, false, true, false, false]);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 4 });
    expect(allTargets(db)).toHaveLength(1);
    expect(configuredTarget(db, ALIAS)?.id).toBe(configuredTarget(db, LOCAL)?.id as number);
  });

  test("is another one under another URL if nothing ties them together, with a baseline of its own", () => {
    const db = openTestStore();
    scrape(db, nameless(10), { at: NOON, url: LOCAL });
    expect(scrape(db, nameless(12), { at: NOON + MINUTE, url: ALIAS }).movedHere).toBe(false);
    scrape(db, nameless(15), { at: NOON + 2 * MINUTE, url: ALIAS });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 3 });
    expect(allTargets(db).map(({ pages }) => pages)).toEqual([1, 2]);
  });

  test("is each its own where two LiteLLMs are scraped into one file, and their windows add up", () => {
    const db = openTestStore();
    for (const minute of [0, 1, 2]) {
      scrape(db, created(10 + minute), { at: NOON + minute * MINUTE, url: "http://one:4000/metrics" });
      scrape(db, created(50 + 5 * minute, START + 7), { at: NOON + minute * MINUTE, url: "http://two:4000/metrics" });
    }
    expect(sumsOf(db, "bucket")).toEqual({ requests: 12 });
    expect(allTargets(db)).toHaveLength(2);
  });

  test("is the known one where a URL without a page before it shows series of another", () => {
    const db = openTestStore();
    scrape(db, { start: START, requests: [] }, { at: NOON, url: ALIAS });
    scrape(db, created(10), { at: NOON + MINUTE, url: LOCAL });
    expect(scrape(db, created(12), { at: NOON + 2 * MINUTE, url: ALIAS }).movedHere).toBe(true);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 2 });
  });

  test("is found by any of the page's series, though the first ones are new", () => {
    const db = openTestStore();
    const series = Array.from({ length: 30 }, (_, index) => [{ m: `${index}` }, 1, START + index] as const);
    scrape(db, { start: START, requests: series.slice(20), cost: [[{ m: "a" }, 1, START]] }, { at: NOON, url: LOCAL });
    const page = { start: START, requests: series, cost: [[{ m: "a" }, 1.5, START]] as const };
    expect(scrape(db, page, { at: NOON + MINUTE, url: ALIAS }).movedHere).toBe(true);
    expect(sumsOf(db, "lifetime")).toEqual({ cost: 0.5 });
  });
});

test.each([
  ["http://localhost:4000/metrics/", "http://localhost:4000/metrics"],
  ["http://localhost:4000/metrics", "http://localhost:4000/metrics"],
  ["http://user:secret@localhost:4000/metrics/?name[]=a#b", "http://localhost:4000/metrics"],
  ["HTTPS://LiteLLM.example:443/metrics", "https://litellm.example/metrics"],
  ["http://localhost:4000", "http://localhost:4000"],
  ["not a url", "not a url"],
])("%s is told from other targets as %s", (url, key) => {
  expect(targetKey(url)).toBe(key);
});
