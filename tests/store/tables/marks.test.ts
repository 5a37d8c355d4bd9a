import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { MetricNames } from "../../../lib/litellm/reading.ts";
import { marksOf } from "../../../lib/store/tables/marks.ts";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import { MINUTE, NAMES, NOON, namesWith, openTestStore, scrape, sumsOf } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const born = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
const CUSTOM = namesWith({ requests: ["custom_requests_total"] });
type Visit = readonly [PageWish, MetricNames];

function scrapeAll(db: Database, visits: readonly Visit[]): void {
  for (const [index, [page, names]] of visits.entries()) scrape(db, page, { at: NOON + index * MINUTE, names });
}

const custom = (...series: SeriesWish[]) => ({ start: START, named: { custom_requests_total: series } });
const usual = (...series: SeriesWish[]): PageWish => ({ start: START, requests: series });

describe("the mark of a name", () => {
  test.each<[string, Visit[], number]>([
    [
      "is the page on which it was first mapped: what it had counted is not booked",
      [
        [custom(), NAMES],
        [custom([{}, 50, START]), CUSTOM],
        [custom([{}, 53, START]), CUSTOM],
      ],
      3,
    ],
    [
      "is the page on which it was first mapped: even what was born shortly before",
      [
        [custom(), NAMES],
        [custom([{}, 50, born(0.9)]), CUSTOM],
        [custom([{}, 53, born(0.9)]), CUSTOM],
      ],
      3,
    ],
    [
      "is set though the name is not on the page: what is born later is booked",
      [
        [custom(), CUSTOM],
        [custom(), CUSTOM],
        [custom([{}, 50, born(1.5)]), CUSTOM],
      ],
      50,
    ],
    [
      "is set for metrics that LiteLLM has never counted yet",
      [
        [{ start: START }, NAMES],
        [{ start: START }, NAMES],
        [usual([{}, 7]), NAMES],
      ],
      7,
    ],
    [
      "stays when a mapping goes and comes back: the name goes on from its state",
      [
        [custom([{}, 50, START]), CUSTOM],
        [custom([{}, 60, START]), NAMES],
        [custom([{}, 70, START]), NAMES],
        [custom([{}, 75, START]), CUSTOM],
      ],
      25,
    ],
    [
      "stays when a mapping goes and comes back: what was born meanwhile is booked",
      [
        [custom(), CUSTOM],
        [custom([{}, 60, born(0.5)]), NAMES],
        [custom([{}, 70, born(0.5)]), CUSTOM],
      ],
      70,
    ],
    [
      "is of its own for each name: the default goes on while an override is away",
      [
        [{ ...usual([{}, 10, START]), ...custom([{}, 100, START]) }, NAMES],
        [{ ...usual([{}, 12, START]), ...custom([{}, 200, START]) }, CUSTOM],
        [{ ...usual([{}, 15, START]), ...custom([{}, 201, START]) }, CUSTOM],
        [{ ...usual([{}, 19, START]), ...custom([{}, 202, START]) }, NAMES],
      ],
      1 + 9,
    ],
  ])("%s", (_, visits, booked) => {
    const db = openTestStore();
    scrapeAll(db, visits);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: booked });
  });

  test("spreads what grew while a mapping was away over that time", () => {
    const db = openTestStore();
    scrape(db, custom([{}, 50, START]), { at: NOON, names: CUSTOM });
    for (let minute = 1; minute < 30; minute++) scrape(db, custom([{}, 50, START]), { at: NOON + minute * MINUTE });
    scrape(db, custom([{}, 80, START]), { at: NOON + 30 * MINUTE, names: CUSTOM });
    const rows = db.query<{ requests: number; estimated: number }, []>("SELECT requests, estimated FROM bucket").all();
    expect(rows).toEqual([
      { requests: 15, estimated: 1 },
      { requests: 15, estimated: 1 },
    ]);
  });

  test("says on which page it was set and whether the name was ever seen", () => {
    const db = openTestStore();
    scrape(db, usual(), { at: NOON });
    scrape(db, usual(), { at: NOON + MINUTE, names: CUSTOM });
    const marks = marksOf(db, 1);
    expect(marks.get("litellm_proxy_total_requests_metric_total")).toMatchObject({
      page: 1,
      at: NOON - 1000,
      wasSeen: true,
    });
    expect(marks.get("custom_requests_total")).toMatchObject({ page: 2, at: NOON + MINUTE - 1000, wasSeen: false });
  });
});

describe("the names of older releases", () => {
  const old = (tokens: number, requests: number): PageWish => ({
    named: { litellm_total_tokens_total: [[{}, tokens]], litellm_requests_metric_total: [[{}, requests]] },
  });

  test("are read where the page has no newer one", () => {
    const db = openTestStore();
    scrapeAll(db, [
      [old(100, 10), NAMES],
      [old(130, 12), NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ tokens: 30, requests: 2 });
  });

  test("give way to the newer ones after an upgrade, whose counters are new", () => {
    const db = openTestStore();
    const current: PageWish = { start: born(1.5), tokens: [[{}, 40]], requests: [[{}, 3]], ...old(0, 2) };
    scrapeAll(db, [
      [old(100, 10), NAMES],
      [old(130, 12), NAMES],
      [current, NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ tokens: 70, requests: 5 });
  });

  test("are not read beside the newer ones, which current releases still show", () => {
    const db = openTestStore();
    const page = (value: number): PageWish => ({ start: START, requests: [[{}, value]], ...old(5 * value, value) });
    scrapeAll(db, [
      [page(10), NAMES],
      [page(12), NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 2, tokens: 10 });
  });

  test("are not read any more where the newer one was once seen, though a page lacks it", () => {
    const db = openTestStore();
    const lacking: PageWish = { start: START, named: { litellm_requests_metric_total: [[{}, 900]] } };
    scrapeAll(db, [
      [usual([{}, 10]), NAMES],
      [lacking, NAMES],
      [usual([{}, 12]), NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 2 });
  });

  test("are read again after a release is taken back, whose counters are new", () => {
    const db = openTestStore();
    const current: PageWish = { start: born(0.5), tokens: [[{}, 40, born(0.5)]] };
    const back: PageWish = { start: born(1.5), named: { litellm_total_tokens_total: [[{}, 7, born(1.6)]] } };
    scrapeAll(db, [
      [{ start: START, named: { litellm_total_tokens_total: [[{}, 100, START]] } }, NAMES],
      [current, NAMES],
      [back, NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ tokens: 47 });
  });

  test("are read beside the newer ones while two releases answer in turn", () => {
    const db = openTestStore();
    const older = (tokens: number): PageWish => ({
      start: START,
      named: { litellm_total_tokens_total: [[{}, tokens, START]] },
    });
    const newer = (tokens: number): PageWish => ({ start: START + 60, tokens: [[{}, tokens, START + 60]] });
    scrapeAll(db, [
      [older(100), NAMES],
      [newer(500), NAMES],
      [older(103), NAMES],
      [newer(510), NAMES],
      [older(104), NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ tokens: 3 + 10 + 1 });
  });

  test("are not read for one metric where a metric that was renamed with it has its newer name", () => {
    const db = openTestStore();
    const page = (value: number): PageWish => ({
      start: START,
      requests: [[{}, value]],
      named: { litellm_llm_api_failed_requests_metric_total: [[{}, value]] },
    });
    scrapeAll(db, [
      [page(10), NAMES],
      [page(14), NAMES],
    ]);
    expect(sumsOf(db, "lifetime")).toEqual({ requests: 4 });
  });
});
