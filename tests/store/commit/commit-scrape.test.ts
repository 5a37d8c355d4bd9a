import { describe, expect, test } from "bun:test";
import { allTargets } from "../../../lib/store/tables/targets.ts";
import { failingAt } from "../../support/failing-database.ts";
import { pageOf } from "../../support/page.ts";
import {
  bucketsOf,
  dump,
  MINUTE,
  NOON,
  openFile,
  openTestStore,
  SECOND,
  scrape,
  scrapeAny,
  sumsOf,
  temporaryPath,
} from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const page = (requests: number, cost: number) => ({
  start: START,
  requests: [[{ requested_model: "gpt" }, requests, START + 1]] as const,
  cost: [[{ model: "gpt-4o" }, cost, START + 1]] as const,
});

describe("a committed page", () => {
  test("books nothing the first time and what grew from then on, everywhere at once", () => {
    const db = openTestStore();
    expect(scrape(db, page(10, 1.5), { at: NOON })).toMatchObject({ page: 1, series: 2, isReset: false });
    expect(sumsOf(db, "lifetime")).toEqual({});
    const commit = scrape(db, page(13, 1.75), { at: NOON + MINUTE });
    expect(commit.amounts).toEqual(
      new Map([
        ["requests", 3],
        ["cost", 0.25],
      ]),
    );
    for (const table of ["bucket", "day", "lifetime", "snapshot"] as const) {
      expect(sumsOf(db, table)).toEqual({ requests: 3, cost: 0.25 });
    }
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 3 });
  });

  test("says how each series was judged", () => {
    const db = openTestStore();
    scrape(db, page(10, 1), { at: NOON });
    const next = {
      ...page(12, 1),
      tokens: [[{ model: "gpt-4o" }, 5, NOON / 1000 + 10]] as const,
      input_tokens: [[{ model: "gpt-4o" }, "NaN", START]] as const,
    };
    const { cases } = scrape(db, next, { at: NOON + MINUTE });
    expect(cases).toEqual(
      new Map([
        ["grew", 2],
        ["born", 1],
        ["refused", 1],
      ]),
    );
  });

  test("without a metric of LiteLLM's is good and says so", () => {
    const db = openTestStore();
    scrape(db, {}, { at: NOON });
    expect(allTargets(db)[0]?.isForeign).toBe(true);
    scrape(db, page(1, 0), { at: NOON + MINUTE });
    expect(allTargets(db)[0]?.isForeign).toBe(false);
  });

  test("counts a label set that stands twice as its sum", () => {
    const db = openTestStore();
    const twice = (a: number, b: number) => ({
      requests: [
        [{ m: "a" }, a],
        [{ m: "a" }, b],
      ] as const,
    });
    scrape(db, twice(10, 5), { at: NOON });
    scrape(db, twice(11, 7), { at: NOON + MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 3 });
  });

  test("may show two metrics under one name, each of which gets what the name grew", () => {
    const db = openTestStore();
    const names = new Map([
      ["requests", ["shared_total"]],
      ["cache_hits", ["shared_total"]],
    ] as const);
    const shared = (value: number) => ({ named: { shared_total: [[{}, value]] as const } });
    scrape(db, shared(10), { at: NOON, names });
    scrape(db, shared(14), { at: NOON + MINUTE, names });
    scrape(db, shared(15), { at: NOON + 2 * MINUTE, names });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 5, cache_hits: 5 });
  });

  test("that is like the one before books nothing", () => {
    const db = openTestStore();
    for (const minutes of [0, 1, 2]) scrape(db, page(10, 1), { at: NOON + minutes * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({});
  });
});

describe("absence", () => {
  const both = {
    start: START,
    requests: [
      [{ m: "a" }, 10],
      [{ m: "b" }, 20],
    ] as const,
  };
  test("of a series is neither a reset nor a zero: its next value covers the time", () => {
    const db = openTestStore();
    scrape(db, both, { at: NOON });
    scrape(db, { start: START, requests: [[{ m: "a" }, 11]] }, { at: NOON + MINUTE });
    scrape(
      db,
      {
        start: START,
        requests: [
          [{ m: "a" }, 11],
          [{ m: "b" }, 24],
        ],
      },
      { at: NOON + 2 * MINUTE },
    );
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 5 });
  });

  test("of everything for a page changes nothing", () => {
    const db = openTestStore();
    scrape(db, both, { at: NOON });
    scrape(db, { start: START }, { at: NOON + MINUTE });
    scrape(db, { start: START, requests: [] }, { at: NOON + 2 * MINUTE });
    scrape(db, both, { at: NOON + 3 * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({});
  });

  test("of many pages spreads what grew over the time in which the series was not seen", () => {
    const db = openTestStore();
    scrape(db, both, { at: NOON });
    for (let minute = 1; minute < 30; minute++) {
      scrape(db, { start: START, requests: [[{ m: "a" }, 10]] }, { at: NOON + minute * MINUTE });
    }
    scrape(
      db,
      {
        start: START,
        requests: [
          [{ m: "a" }, 10],
          [{ m: "b" }, 50],
        ],
      },
      { at: NOON + 30 * MINUTE },
    );
    expect(bucketsOf(db, "requests")).toEqual({ "12:00": 15, "12:15": 15 });
  });
});

describe("an outdated page", () => {
  test("of a process that was overtaken books nothing, and the next page covers its time", () => {
    const db = openTestStore();
    scrape(db, page(10, 1), { at: NOON });
    scrape(db, page(15, 1), { at: NOON + 2 * SECOND });
    const before = dump(db);
    const outdated = scrapeAny(db, page(14, 1), { at: NOON + SECOND, now: NOON + 3 * SECOND });
    expect(outdated).toEqual({ kind: "outdated" });
    expect(dump(db)).toEqual(before);
    scrape(db, page(16, 1), { at: NOON + MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 6 });
  });

  test("that a cache answered later, with values from before, books nothing either", () => {
    const db = openTestStore();
    scrape(db, page(1000, 10), { at: NOON });
    scrape(db, page(1010, 11), { at: NOON + MINUTE });
    const { cases } = scrape(db, page(1005, 10.5), { at: NOON + 2 * MINUTE });
    expect(cases).toEqual(new Map([["stale", 2]]));
    scrape(db, page(1012, 11), { at: NOON + 3 * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 12, cost: 1 });
  });

  test("is told from one that was read after the clock was set back", () => {
    const db = openTestStore();
    scrape(db, page(10, 1), { at: NOON });
    const commit = scrapeAny(db, page(13, 1), {
      at: NOON - 3600 * SECOND,
      dateAt: NOON + MINUTE,
      now: NOON - 3599 * SECOND,
    });
    expect(commit.kind).toBe("committed");
    expect(bucketsOf(db, "requests")).toEqual({ "11:00": 3 });
  });
});

describe("a transaction", () => {
  test("that dies at any statement leaves everything as it was", () => {
    const db = openTestStore();
    const zones = { at: NOON + MINUTE, url: "http://other:4000/metrics" };
    scrape(db, page(10, 1), { at: NOON });
    scrape(db, page(12, 2), { at: NOON + 20 * MINUTE });
    const next = { ...page(50, 9), tokens: [[{ model: "gpt-4o" }, 5, NOON / 1000 + 10]] as const };
    const before = dump(db);
    let died = 0;
    for (let statement = 0; ; statement++) {
      try {
        scrapeAny(failingAt(db, statement), pageOf(next), { ...zones, at: NOON + 40 * MINUTE });
        break;
      } catch (error) {
        expect((error as Error).message).toBe("Killed");
        expect(db.inTransaction).toBe(false);
        expect(dump(db)).toEqual(before);
        died += 1;
      }
    }
    expect(died).toBeGreaterThan(30);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 40, cost: 8, tokens: 5 });
  });

  test("that the database refuses in the middle leaves everything as it was", () => {
    const db = openTestStore();
    scrape(db, page(10, 1), { at: NOON });
    for (const table of ["bucket", "day", "lifetime", "snapshot", "observed"]) {
      db.run(`CREATE TEMP TRIGGER full BEFORE INSERT ON main.${table} BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
      const before = dump(db);
      expect(() => scrape(db, page(20, 2), { at: NOON + 10 * MINUTE })).toThrow("disk full");
      expect(dump(db)).toEqual(before);
      db.run("DROP TRIGGER temp.full");
    }
    scrape(db, page(20, 2), { at: NOON + 10 * MINUTE });
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 10, cost: 1 });
  });

  test("reads its state inside, so that two writers on one file book an increase once", () => {
    const path = temporaryPath();
    const [serve, cron] = [openFile(path), openFile(path)];
    scrape(serve, page(10, 1), { at: NOON });
    scrape(cron, page(14, 1), { at: NOON + 10 * SECOND });
    scrape(serve, page(15, 1), { at: NOON + MINUTE });
    scrape(cron, page(15, 1), { at: NOON + MINUTE + 1 });
    expect(sumsOf(cron, "lifetime")).toEqual({ requests: 5 });
    for (const db of [serve, cron]) db.close();
  });

  test("waits for another writer instead of failing", () => {
    const path = temporaryPath();
    const [serve, cron] = [openFile(path), openFile(path)];
    scrape(serve, page(10, 1), { at: NOON });
    cron.run("PRAGMA busy_timeout = 0");
    serve.run("BEGIN IMMEDIATE");
    expect(() => scrape(cron, page(14, 1), { at: NOON + MINUTE })).toThrow("database is locked");
    serve.run("COMMIT");
    scrape(cron, page(14, 1), { at: NOON + MINUTE });
    expect(sumsOf(serve, "lifetime")).toEqual({ requests: 4 });
    for (const db of [serve, cron]) db.close();
  });
});
