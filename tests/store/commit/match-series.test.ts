import { describe, expect, test } from "bun:test";
import { allTargets } from "../../../lib/store/tables/targets.ts";
import type { PageWish, SeriesWish } from "../../support/page.ts";
import { MINUTE, NOON, namesWith, openTestStore, scrape } from "../../support/store.ts";

const OLD = NOON / 1000 - 3600;
const series = (m: string, created: number | undefined): SeriesWish =>
  created === undefined ? [{ m }, 5] : [{ m }, 5, OLD + created];
const A = (created?: number) => series("a", created);
const B = (created?: number) => series("b", created);
const page = (start: number | undefined, ...series: SeriesWish[]): PageWish => ({
  ...(start === undefined ? {} : { start: OLD + start }),
  requests: series,
});

describe("the process that answered each page", () => {
  test.each<[string, PageWish[], number[]]>([
    ["is told by its start", [page(1, A()), page(2, A()), page(1, A()), page(3, A()), page(2, A())], [1, 2, 1, 3, 2]],
    [
      "is told by its series where the starts are equal",
      [page(1, A(1)), page(1, A(2)), page(1, A(1)), page(1, A(2), B(3)), page(1, A(1))],
      [1, 2, 1, 2, 1],
    ],
    [
      "is told by its series where there is no start",
      [page(undefined, A(1)), page(undefined, A(2)), page(undefined, A(1))],
      [1, 2, 1],
    ],
    [
      "is told by any of its series",
      [page(1, A(1), B(2)), page(1, B(2)), page(1, A(9), B(2)), page(1, A(9))],
      [1, 1, 1, 1],
    ],
    [
      "is another where a page has other series only",
      [page(1, A(1)), page(1, B(2)), page(1, A(1)), page(1, B(2))],
      [1, 2, 1, 2],
    ],
    ["is another where a page has no series any more", [page(1, A(1)), page(1), page(1, A(1)), page(1)], [1, 2, 1, 2]],
    ["is one where nothing tells", [page(1, A()), page(1, B()), page(1)], [1, 1, 1]],
    ["is one where nobody is named", [page(undefined, A()), page(undefined, B()), page(undefined)], [1, 1, 1]],
    ["is the same though a page lacks the `_created` lines", [page(1, A(1)), page(1, A()), page(1, A(1))], [1, 1, 1]],
    ["is the same though a page lacks the start", [page(1, A(1)), page(undefined, A(1)), page(1, A(1))], [1, 1, 1]],
  ])("%s", (_, pages, expected) => {
    const db = openTestStore();
    const processes = pages.map((wish, index) => {
      scrape(db, wish, { at: NOON + index * MINUTE });
      return allTargets(db)[0]?.lastProcess;
    });
    expect(processes).toEqual(expected);
  });

  test("is the same though a metric is read under another name", () => {
    const db = openTestStore();
    const both: PageWish = { ...page(1, A(1)), named: { mine_total: [A(2)] } };
    scrape(db, both, { at: NOON });
    scrape(db, both, { at: NOON + MINUTE, names: namesWith({ requests: ["mine_total"] }) });
    expect(allTargets(db)[0]?.lastProcess).toBe(1);
  });
});
