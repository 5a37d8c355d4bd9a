import { expect, test } from "bun:test";
import { withPage } from "../../lib/scrape/backlog.ts";
import type { ScrapedPage } from "../../lib/store/commit/commit-scrape.ts";

const pageAt = (readAt: number): ScrapedPage => ({
  url: "http://localhost:4000/metrics/",
  reading: { startSeconds: undefined, metrics: new Map(), deployments: [], isLiteLLM: true },
  dateAt: undefined,
  readAt,
});

test("pages that no file has taken stay in their order", () => {
  const backlog = withPage(withPage([], pageAt(1)), pageAt(2));
  expect(backlog.map(({ readAt }) => readAt)).toEqual([1, 2]);
});

test("of very many the first and the newest stay, and the rest thins out evenly", () => {
  let backlog: readonly ScrapedPage[] = [];
  for (let at = 0; at < 5000; at++) backlog = withPage(backlog, pageAt(at));
  const kept = backlog.map(({ readAt }) => readAt);
  expect(kept.length).toBeLessThanOrEqual(1000);
  expect(kept.length).toBeGreaterThan(400);
  expect([kept[0], kept.at(-1)]).toEqual([0, 4999]);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});
