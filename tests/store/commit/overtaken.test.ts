import { describe, expect, test } from "bun:test";
import { commitScrape } from "../../../lib/store/commit/commit-scrape.ts";
import { NAMES, NOON, openTestStore, readingOf, SECOND, sumsOf, URL_1, UTC } from "../../support/store.ts";

/** A page of the multiprocess mode: nothing on it tells one process from another. */
const page = (requests: number) =>
  `# TYPE litellm_proxy_total_requests_metric_total counter\nlitellm_proxy_total_requests_metric_total{user="a"} ${requests}\n`;

function book(
  db: ReturnType<typeof openTestStore>,
  requests: number,
  askedAt: number,
  readAt: number,
  pagesBefore?: number,
) {
  const scraped = { url: URL_1, reading: readingOf(page(requests)), dateAt: undefined, askedAt, readAt, pagesBefore };
  return commitScrape(db, scraped, { now: readAt, zone: UTC, names: NAMES, maxValues: 1000 }).kind;
}

describe("a page that was asked for before another one was booked", () => {
  test("is outdated where a counter is lower on it, whenever it was read", () => {
    using db = openTestStore();
    book(db, 1000, NOON, NOON);
    book(db, 1012, NOON + 60 * SECOND, NOON + 61 * SECOND);
    expect(book(db, 1010, NOON + 60 * SECOND, NOON + 62 * SECOND)).toBe("outdated");
    book(db, 1015, NOON + 120 * SECOND, NOON + 121 * SECOND);
    expect(sumsOf(db, "lifetime").requests).toBe(15);
  });

  test("is outdated where a counter is lower on it, though the clock was set back before it was read", () => {
    using db = openTestStore();
    book(db, 1000, NOON, NOON);
    book(db, 1012, NOON + 60 * SECOND, NOON + 61 * SECOND);
    expect(book(db, 1010, NOON - 60 * SECOND, NOON - 59 * SECOND, 1)).toBe("outdated");
    expect(book(db, 1013, NOON - 60 * SECOND, NOON - 59 * SECOND, 1)).toBe("committed");
    expect(sumsOf(db, "lifetime").requests).toBe(13);
  });

  test("is booked where it shows more", () => {
    using db = openTestStore();
    book(db, 1000, NOON, NOON);
    book(db, 1012, NOON + 60 * SECOND, NOON + 61 * SECOND);
    expect(book(db, 1013, NOON + 60 * SECOND, NOON + 62 * SECOND)).toBe("committed");
    expect(sumsOf(db, "lifetime").requests).toBe(13);
  });
});

test("a lower page that was asked for after the newest one was booked is a restart", () => {
  using db = openTestStore();
  book(db, 1000, NOON, NOON);
  expect(book(db, 10, NOON + 60 * SECOND, NOON + 61 * SECOND)).toBe("committed");
  expect(sumsOf(db, "lifetime").requests).toBe(10);
});
