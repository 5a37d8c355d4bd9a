import { describe, expect, test } from "bun:test";
import { arranged, rowsOf } from "../../lib/dashboard/page/breakdown-rows.ts";
import { DEFAULT_VIEW } from "../../lib/dashboard/page/view.ts";
import { NOON } from "../support/api.ts";
import { openMetered } from "../support/metered.ts";

/** The rows of three models, one of which has no name, under a view. */
function rows(change: Partial<typeof DEFAULT_VIEW> = {}) {
  const view = { ...DEFAULT_VIEW, ...change };
  using store = openMetered(NOON);
  store.use(NOON + 60_000, { model: "b-10" }, { cost: 3, requests: 4 });
  store.use(NOON + 120_000, { model: "b-9" }, { cost: 1, requests: 0 });
  store.use(NOON + 180_000, {}, { cost: 0, requests: 12 });
  const { groups, total } = store.answer();
  return arranged(rowsOf(groups, view.by, view.metric, total[view.metric]), view);
}
const names = (change: Partial<typeof DEFAULT_VIEW>) => rows(change).map(({ name }) => name);

describe("the breakdown", () => {
  test("has shares of the chosen measure and the price of a thousand requests", () => {
    expect(rows().map(({ name, numbers }) => [name, numbers.share, numbers.per_1k])).toEqual([
      ["b-10", 75, 750],
      ["b-9", 25, null],
      ["(none)", 0, 0],
    ]);
    expect(rows({ metric: "requests" }).map(({ numbers }) => numbers.share)).toEqual([75, 25, 0]);
  });

  test("is sorted by the measure, or by the column that was asked for, what is not known last", () => {
    expect(names({ metric: "requests" })).toEqual(["(none)", "b-10", "b-9"]);
    expect(names({ sort: "name", ascending: true })).toEqual(["(none)", "b-9", "b-10"]);
    expect(names({ sort: "per_1k" })).toEqual(["b-10", "(none)", "b-9"]);
    expect(names({ sort: "per_1k", ascending: true })).toEqual(["(none)", "b-10", "b-9"]);
    expect(names({ sort: "nonsense" })).toEqual(["b-10", "b-9", "(none)"]);
  });

  test("shows the rows whose names hold what is looked for, in any case", () => {
    expect(names({ find: " B-1" })).toEqual(["b-10"]);
    expect(names({ find: "zzz" })).toEqual([]);
  });
});
