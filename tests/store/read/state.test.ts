import { describe, expect, test } from "bun:test";
import { configuredTarget, firstPageAt, knownCounters, newestPageAt } from "../../../lib/store/read/state.ts";
import { allTargets, targetById } from "../../../lib/store/tables/targets.ts";
import { HOUR, MINUTE, NOON, openTestStore, scrape, URL_1 } from "../../support/store.ts";

describe("where the accounting stands", () => {
  test("is nowhere before the first page", () => {
    const db = openTestStore();
    expect([newestPageAt(db), firstPageAt(db), configuredTarget(db, URL_1)]).toEqual([undefined, undefined, undefined]);
    expect([allTargets(db), [...knownCounters(db)]]).toEqual([[], []]);
    expect(() => targetById(db, 1)).toThrow("No target has the id 1");
  });

  test("is at the first and the newest page of any target", () => {
    const db = openTestStore();
    scrape(db, { requests: [[{}, 1]] }, { at: NOON, url: "http://one/" });
    scrape(db, { requests: [[{}, 1]] }, { at: NOON + HOUR, url: "http://two/" });
    expect([firstPageAt(db), newestPageAt(db)]).toEqual([NOON, NOON + HOUR]);
    expect(configuredTarget(db, "http://one")?.lastPageAt).toBe(NOON);
    expect(configuredTarget(db, "http://three/")).toBeUndefined();
  });

  test("knows the counters that LiteLLM has ever shown, though they are gone from its pages", () => {
    const db = openTestStore();
    scrape(db, { start: 1000, requests: [[{}, 1]], cost: [], in_flight_requests: [[{}, 1]] }, { at: NOON });
    scrape(db, { start: 2000, requests: [[{}, 1]] }, { at: NOON + MINUTE });
    expect([...knownCounters(db)]).toEqual(["requests", "cost"]);
  });
});
