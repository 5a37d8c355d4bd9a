import { describe, expect, test } from "bun:test";
import { byModel, type Cell, imported, minute, minutely, type OldModel, type OldScrape } from "./old-database.ts";

type Sums = Readonly<Record<string, Readonly<Record<string, number>>>>;
type Case = readonly [
  name: string,
  scrapes: readonly OldScrape[],
  models: readonly OldModel[],
  sums: Sums,
  corrected: number,
];

const cost = (...cells: readonly (Cell | readonly [...Cell, "reset"])[]): OldScrape[] =>
  minutely(...cells.map(([raw, delta, mark]) => [{ cost: [raw, delta] as const }, mark] as const));

const CASES: Case[] = [
  [
    "count as they stand",
    cost([3, 0], [6, 3]),
    [
      [minute(0), "a", "cost", 1, 0],
      [minute(0), "b", "cost", 2, 0],
      [minute(1), "a", "cost", 2, 1],
      [minute(1), "b", "cost", 4, 2],
    ],
    { a: { cost: 1 }, b: { cost: 2 } },
    0,
  ],
  [
    "leave to the unknown model what they do not explain",
    minutely([{ cost: [3, 0], requests: [4, 0] }], [{ cost: [6, 3], requests: [9, 5] }]),
    [
      [minute(0), "a", "cost", 1, 0],
      [minute(1), "a", "cost", 2, 1],
    ],
    { a: { cost: 1 }, unknown: { cost: 2, requests: 5 } },
    0,
  ],
  [
    "get less in proportion where they claim more than there was",
    minutely([{ tokens: [10, 0] }], [{ tokens: [17, 7] }]),
    [
      [minute(0), "a", "tokens", 1, 0],
      [minute(0), "b", "tokens", 9, 0],
      [minute(1), "a", "tokens", 11, 10],
      [minute(1), "b", "tokens", 13, 4],
    ],
    { a: { tokens: 5 }, b: { tokens: 2 } },
    1,
  ],
  ["count nothing where nothing was counted in all", cost([3, 3], [3, 0]), [[minute(1), "a", "cost", 3, 3]], {}, 2],
  [
    "that were absent from one scrape count their growth only, and the metric's sum stays what it was",
    cost([100, 0], [101, 1], [105, 4]),
    [
      [minute(0), "a", "cost", 60, 0],
      [minute(0), "b", "cost", 40, 0],
      [minute(1), "a", "cost", 61, 1],
      [minute(2), "a", "cost", 62, 1],
      [minute(2), "b", "cost", 43, 43],
    ],
    { a: { cost: 2 }, b: { cost: 3 } },
    1,
  ],
  [
    "that come back after a restart count whole",
    cost([100, 0], [5, 5, "reset"], [9, 4]),
    [
      [minute(0), "a", "cost", 2, 0],
      [minute(0), "b", "cost", 98, 0],
      [minute(1), "b", "cost", 5, 5],
      [minute(2), "a", "cost", 3, 3],
      [minute(2), "b", "cost", 6, 1],
    ],
    { a: { cost: 3 }, b: { cost: 6 } },
    0,
  ],
  [
    "that come back lower began anew",
    cost([100, 0], [101, 1], [104, 3]),
    [
      [minute(0), "a", "cost", 50, 0],
      [minute(0), "b", "cost", 50, 0],
      [minute(1), "b", "cost", 51, 1],
      [minute(2), "a", "cost", 2, 2],
      [minute(2), "b", "cost", 52, 1],
    ],
    { a: { cost: 2 }, b: { cost: 2 } },
    0,
  ],
  [
    "with a negative delta count nothing there",
    cost([100, 0], [103, 3]),
    [
      [minute(0), "a", "cost", 50, 0],
      [minute(1), "a", "cost", 40, -10],
    ],
    { unknown: { cost: 3 } },
    1,
  ],
  [
    "with metrics that are none of ours are passed over",
    cost([100, 0], [103, 3]),
    [
      [minute(1), "a", "deployment_success_responses", 4, 4],
      [minute(1), "a", "cost", 3, 3],
    ],
    { a: { cost: 3 } },
    0,
  ],
  [
    "without a name are the unknown model",
    cost([100, 0], [104, 4]),
    [
      [minute(1), "None", "cost", 1, 1],
      [minute(1), "", "cost", 1, 1],
      [minute(1), "a b c", "cost", 2, 2],
    ],
    { unknown: { cost: 2 }, "a b c": { cost: 2 } },
    0,
  ],
  [
    "may stand a second after their scrape",
    cost([100, 0], [103, 3]),
    [
      [minute(0) + 1, "a", "cost", 50, 0],
      [minute(1) + 1, "a", "cost", 53, 3],
    ],
    { a: { cost: 3 } },
    0,
  ],
  [
    "of a scrape that is not there are passed over",
    cost([100, 0], [103, 3]),
    [
      [minute(-5), "a", "cost", 40, 20],
      [minute(0.5), "a", "cost", 51, 1],
      [minute(1), "a", "cost", 53, 2],
      [minute(9), "a", "cost", 60, 7],
    ],
    { a: { cost: 2 }, unknown: { cost: 1 } },
    0,
  ],
];

describe("the models of a scrape", () => {
  test.each(CASES)("%s", (_, scrapes, models, sums, corrected) => {
    const { db, taken } = imported({ scrapes, models });
    expect(byModel(db)).toEqual(sums);
    expect(taken.corrected).toBe(corrected);
  });

  test("are found by their own pass where the clock was set back over the same minutes", () => {
    const passes = [0, 1, 2, 3, 1, 2, 3, 4];
    const scrapes = passes.map((at, index): OldScrape => [minute(at), { cost: [index, index === 0 ? 0 : 1] }]);
    const models = passes.map(
      (at, index): OldModel => [
        minute(at),
        index < 4 ? "before" : "after",
        "cost",
        index < 4 ? index : index - 3,
        index === 0 ? 0 : 1,
      ],
    );
    expect(byModel(imported({ scrapes, models }).db)).toEqual({ before: { cost: 3 }, after: { cost: 4 } });
  });

  test("are found whatever their order in the file", () => {
    const minutes = Array.from({ length: 300 }, (_, index) => index);
    const scrapes = minutes.map((at): OldScrape => [minute(at), { cost: [2 * at, at === 0 ? 0 : 2] }]);
    const models = ["a", "b"].flatMap((model) =>
      minutes.map((at): OldModel => [minute(at), model, "cost", at, at === 0 ? 0 : 1]),
    );
    const sums = { a: { cost: 299 }, b: { cost: 299 } };
    let time = 0;
    const clock = () => {
      time += 1000;
      return time;
    };
    expect(byModel(imported({ scrapes, models }, { clock }).db)).toEqual(sums);
  });

  test("beyond the limit are one", () => {
    const scrapes = cost([100, 0], [103, 3]);
    const models = ["a", "b", "c"].map((model): OldModel => [minute(1), model, "cost", 1, 1]);
    expect(byModel(imported({ scrapes, models }, { maxValues: 2 }).db)).toEqual({
      a: { cost: 1 },
      b: { cost: 1 },
      other: { cost: 1 },
    });
  });
});
