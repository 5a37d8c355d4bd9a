import { describe, expect, test } from "bun:test";
import type { CounterName } from "../../../lib/litellm/metrics.ts";
import { lifetimeByModel, lifetimeTotals, rawByModel, zeroSums } from "../../../lib/store/read/totals.ts";
import type { PageWish } from "../../support/page.ts";
import { MINUTE, NOON, openTestStore, scrape } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const page = (a: number, b: number, none: number, start = START): PageWish => ({
  start,
  requests: [
    [{ requested_model: "a" }, a],
    [{ requested_model: "b" }, b],
    [{}, none],
  ],
});

describe("the lifetime", () => {
  test("is nothing before anything was booked", () => {
    const db = openTestStore();
    expect(lifetimeTotals(db)).toEqual(zeroSums());
    expect(lifetimeByModel(db)).toEqual(new Map());
  });

  test("adds up what was booked, in total and by model, of restarts and targets alike", () => {
    const db = openTestStore();
    scrape(db, page(1, 1, 1), { at: NOON });
    scrape(db, page(3, 1, 5), { at: NOON + MINUTE });
    scrape(db, page(2, 0, 0, NOON / 1000 + 90), { at: NOON + 2 * MINUTE });
    scrape(db, page(0, 0, 0), { at: NOON, url: "http://two/" });
    scrape(db, page(0, 7, 0), { at: NOON + MINUTE, url: "http://two/" });
    expect(lifetimeTotals(db).requests).toBe(2 + 4 + 2 + 7);
    expect([...lifetimeByModel(db)].map(([model, { requests }]) => [model, requests])).toEqual([
      ["", 4],
      ["a", 4],
      ["b", 7],
    ]);
  });
});

describe("LiteLLM's own values by model", () => {
  const names = (db: ReturnType<typeof openTestStore>) =>
    new Map<number, CounterName>([
      [db.query<{ id: number }, []>("SELECT id FROM name WHERE name LIKE '%proxy_total%'").get()?.id ?? 0, "requests"],
    ]);
  const raw = (db: ReturnType<typeof openTestStore>) =>
    [...rawByModel(db, 1, names(db))].map(([model, { requests }]) => [model, requests]);

  test("are those of the newest page of each process that answers", () => {
    const db = openTestStore();
    scrape(db, page(10, 1, 0), { at: NOON });
    scrape(db, page(5, 2, 0, START + 1), { at: NOON + MINUTE });
    expect(raw(db)).toEqual([
      ["", 0],
      ["a", 15],
      ["b", 3],
    ]);
  });

  test("leave out what is not on the page any more, and what was before a restart", () => {
    const db = openTestStore();
    scrape(db, page(10, 1, 0), { at: NOON });
    scrape(db, { start: START, requests: [[{ requested_model: "a" }, 11]] }, { at: NOON + MINUTE });
    expect(raw(db)).toEqual([["a", 11]]);
    scrape(db, page(2, 0, 0, NOON / 1000 + 90), { at: NOON + 2 * MINUTE });
    expect(raw(db)).toEqual([
      ["", 0],
      ["a", 2],
      ["b", 0],
    ]);
  });
});
