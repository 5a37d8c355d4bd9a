import { counted } from "../../report/count-text.ts";
import { withoutOldest, withPage } from "../../scrape/backlog.ts";
import { type BookOutcome, bookScrape, type ScrapeJob } from "../../scrape/run-scrape.ts";
import type { ScrapedPage } from "../../store/commit/commit-scrape.ts";
import type { StoreHandle } from "../../store/open/store-handle.ts";
import type { Logger } from "../logger.ts";

/**
 * Books pages in their order, before each those that no file could take when they came. A file that turns out to be
 * damaged is repaired first, one that cannot be written is opened anew.
 */
export function createPageBooker(
  store: StoreHandle,
  job: ScrapeJob,
  log: Logger,
): (page: ScrapedPage) => Promise<BookOutcome> {
  let backlog: readonly ScrapedPage[] = [];

  /** Books what waits, `newest` last; memory takes that one, but keeps it for the file. */
  const bookWaiting = async (newest: ScrapedPage): Promise<BookOutcome> => {
    if (store.isInMemory) return bookScrape(store.db(), newest, job, store.isShared);
    const waited = backlog.length - 1;
    for (;;) {
      const [oldest = newest] = backlog;
      const isLast = backlog.length <= 1;
      if (isLast && waited > 0) log.info(`Booked ${counted(waited, "page")} that had waited for the database`);
      const booked = await bookScrape(store.db(), oldest, job, store.isShared);
      if (booked.kind === "store_failed") return booked;
      backlog = withoutOldest(backlog, booked.commit.kind === "committed");
      if (isLast) return booked;
    }
  };

  return async (page) => {
    backlog = withPage(backlog, page);
    const booked = await bookWaiting(page);
    if (booked.kind === "booked" || booked.cure === "wait") return booked;
    const isCured = booked.cure === "repair" ? store.repair() : store.reopen();
    if (!isCured) return booked;
    sayOpening(store, log);
    return bookWaiting(page);
  };
}

/** Logs what was noticed when the database was opened. */
export function sayOpening(store: StoreHandle, log: Logger): void {
  if (store.warning !== undefined) log.warning(store.warning);
}
