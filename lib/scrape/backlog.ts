import type { ScrapedPage } from "../store/commit/commit-scrape.ts";

/** What is kept in memory at most; beyond it every other page goes, which only makes restarts harder to place. */
const MOST_PAGES = 1000;
const MOST_SERIES = 200_000;

/** The pages that no file has taken yet, oldest first, with one more. The first and the newest are always kept. */
export function withPage(backlog: readonly ScrapedPage[], page: ScrapedPage): readonly ScrapedPage[] {
  const pages = [...backlog, page];
  const series = pages.reduce((sum, { reading }) => sum + seriesOf(reading), 0);
  if (pages.length <= MOST_PAGES && series <= MOST_SERIES) return pages;
  return pages.filter((_, index) => index % 2 === 0 || index === pages.length - 1);
}

/** The pages that still wait once the oldest was booked by us: of the pages before each, one more is known. */
export function withoutOldest(backlog: readonly ScrapedPage[], wasBooked: boolean): readonly ScrapedPage[] {
  const rest = backlog.slice(1);
  if (!wasBooked) return rest;
  return rest.map((page) => (page.pagesBefore === undefined ? page : { ...page, pagesBefore: page.pagesBefore + 1 }));
}

function seriesOf({ metrics }: ScrapedPage["reading"]): number {
  let count = 0;
  for (const readings of metrics.values()) for (const { series } of readings) count += series.length;
  return count;
}
