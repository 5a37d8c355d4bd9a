import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { PageWish } from "../../support/page.ts";
import { MINUTE, NOON, openTestStore, scrape } from "../../support/store.ts";

const START = NOON / 1000 - 3600;

/** What was booked by dimension: `requests` and `cost` of each combination of model, group and provider. */
function booked(db: Database): Record<string, [number, number]> {
  const rows = db
    .query<
      { model: string | null; model_group: string | null; provider: string | null; requests: number; cost: number },
      []
    >(
      `SELECT model, model_group, provider, SUM(requests) AS requests, SUM(cost) AS cost
       FROM lifetime JOIN cell ON cell.id = cell GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
    .all();
  return Object.fromEntries(
    rows.map(({ model, model_group, provider, requests, cost }) => [
      [model, model_group, provider].join("/"),
      [requests, cost],
    ]),
  );
}

function scrapeAll(db: Database, pages: readonly PageWish[]): void {
  for (const [index, page] of pages.entries()) scrape(db, { start: START, ...page }, { at: NOON + index * MINUTE });
}

const ID = { model_id: "id-1" };

describe("the model of what is booked", () => {
  test("is the one that the provider was asked, learned by the deployment from tokens and spend", () => {
    const db = openTestStore();
    const page = (value: number): PageWish => ({
      requests: [[{ ...ID, requested_model: "smart" }, value]],
      cost: [[{ ...ID, model: "gpt-4o" }, value / 2]],
    });
    scrapeAll(db, [page(0), page(4)]);
    expect(booked(db)).toEqual({ "gpt-4o/smart/": [4, 2] });
  });

  test("comes with the provider that the gauge of deployments names, where no counter does", () => {
    const db = openTestStore();
    const named: PageWish["named"] = {
      litellm_deployment_state: [
        [{ ...ID, api_provider: "openai", litellm_model_name: "gpt-4o", api_base: "" }, 0],
        [{ model_id: "id-2", api_provider: "", litellm_model_name: "llama", api_base: "" }, 1],
      ],
    };
    const page = (value: number): PageWish => ({
      requests: [[{ ...ID, requested_model: "smart" }, value]],
      cost: [
        [{ ...ID, model: "gpt-4o" }, value / 2],
        [{ model_id: "id-2", model: "llama", api_provider: "groq" }, value],
      ],
    });
    // The page after it may lack the gauge.
    scrapeAll(db, [page(0), { ...page(4), named }, page(6)]);
    expect(booked(db)).toEqual({ "gpt-4o/smart/openai": [6, 3], "llama/llama/groq": [0, 6] });
  });

  test("is remembered for pages on which only requests are counted", () => {
    const db = openTestStore();
    const tokens: PageWish["tokens"] = [
      [{ ...ID, model: "gpt-4o", requested_model: "smart", api_provider: "azure" }, 5],
    ];
    scrapeAll(db, [{ tokens }, {}, { requests: [[{ ...ID, requested_model: "smart" }, 3]] }]);
    expect(booked(db)).toEqual({ "gpt-4o/smart/azure": [3, 0] });
  });

  test("is learned later for series that are known already, from then on", () => {
    const db = openTestStore();
    const requests = (value: number): PageWish["requests"] => [[{ ...ID, requested_model: "smart" }, value]];
    const cost: PageWish["cost"] = [[{ ...ID, model: "gpt-4o" }, 0.5]];
    scrapeAll(db, [
      { requests: requests(1) },
      { requests: requests(2) },
      { requests: requests(5), cost },
      { requests: requests(9), cost },
    ]);
    expect(booked(db)).toEqual({ "smart/smart/": [1, 0], "gpt-4o/smart/": [7, 0.5] });
  });

  test("is the group that was asked for where no deployment is known", () => {
    const db = openTestStore();
    scrapeAll(db, [
      {},
      {
        requests: [
          [{ requested_model: "typo", model_id: "None" }, 2],
          [{ requested_model: "late", model_id: "id-9" }, 1],
        ],
      },
    ]);
    expect(booked(db)).toEqual({ "late/late/": [1, 0], "typo/typo/": [2, 0] });
  });

  test("behind a wildcard deployment is each request's own", () => {
    const db = openTestStore();
    const page = (mini: number, large: number): PageWish => ({
      requests: [
        [{ ...ID, requested_model: "openai/gpt-4o-mini" }, mini],
        [{ ...ID, requested_model: "openai/gpt-4o" }, large],
      ],
      tokens: [
        [{ ...ID, model: "gpt-4o-mini", requested_model: "openai/gpt-4o-mini" }, 0],
        [{ ...ID, model: "gpt-4o", requested_model: "openai/gpt-4o" }, 0],
      ],
      cost: [
        [{ ...ID, model: "gpt-4o-mini" }, mini / 4],
        [{ ...ID, model: "gpt-4o" }, large],
      ],
    });
    scrapeAll(db, [page(0, 0), page(8, 3)]);
    expect(booked(db)).toEqual({ "gpt-4o/openai/gpt-4o/": [3, 3], "gpt-4o-mini/openai/gpt-4o-mini/": [8, 2] });
  });

  test("is kept when a deployment's name changes: the first word counts", () => {
    const db = openTestStore();
    const tokens = (group: string, value: number) =>
      [{ ...ID, model: "gpt-4o", requested_model: group }, value] as const;
    const cost = (value: number): PageWish["cost"] => [[{ ...ID, model: "gpt-4o" }, value]];
    scrapeAll(db, [
      { tokens: [tokens("smart", 1)], cost: cost(1) },
      { tokens: [tokens("smart", 1), tokens("alias", 1)], cost: cost(2) },
      { tokens: [tokens("alias", 1), tokens("smart", 1)], cost: cost(4) },
    ]);
    expect(booked(db)["gpt-4o/smart/"]).toEqual([0, 3]);
  });

  test("is one target's own, however equal the ids of another's deployments", () => {
    const db = openTestStore();
    const one: PageWish = { tokens: [[{ ...ID, model: "gpt-4o", requested_model: "smart" }, 1]] };
    scrape(db, one, { at: NOON, url: "http://one/metrics" });
    scrape(db, {}, { at: NOON, url: "http://two/metrics" });
    scrape(
      db,
      { requests: [[{ ...ID, requested_model: "smart" }, 2]] },
      { at: NOON + MINUTE, url: "http://two/metrics" },
    );
    expect(booked(db)).toEqual({ "smart/smart/": [2, 0] });
  });
});

test("the sums do not depend on what is known of deployments", () => {
  const db = openTestStore();
  const page = (value: number): PageWish => ({
    requests: [
      [{ ...ID, requested_model: "a" }, value],
      [{ requested_model: "b" }, value],
      [{}, value],
    ],
    cost: [
      [{ ...ID, model: "m" }, value],
      [{ model: "n" }, value],
      [{}, value],
    ],
  });
  scrapeAll(db, [page(1), page(3)]);
  const total = db.query("SELECT SUM(requests) AS requests, SUM(cost) AS cost FROM lifetime").get();
  expect(total).toEqual({ requests: 6, cost: 6 });
});
