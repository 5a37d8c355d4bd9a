import { counted } from "../../report/count-text.ts";
import type { ScrapeJob } from "../../scrape/run-scrape.ts";
import { failureReason } from "../../store/open/failure-reason.ts";
import type { StoreHandle } from "../../store/open/store-handle.ts";
import { forgetAbsent, plausibleNow, purge } from "../../store/purge.ts";
import type { Logger } from "../logger.ts";

const PURGE_EVERY_MS = 3_600_000;

/** Deletes what is older than the retention time; asked after each scrape, it does so at the first one and once an hour. */
export function createPurging(
  store: StoreHandle,
  { now: clock, zone }: ScrapeJob,
  retentionDays: number,
  log: Logger,
): () => void {
  let purgedAt: number | undefined;
  return () => {
    const now = clock();
    if (purgedAt !== undefined && Math.abs(now - purgedAt) < PURGE_EVERY_MS) return;
    const isFirst = purgedAt === undefined;
    purgedAt = now;
    try {
      // A start may come long after the newest page; a clock that jumps while we run is not believed at once.
      const until = isFirst ? now : plausibleNow(store.db(), now);
      const { buckets, snapshots } = purge(store.db(), { retentionDays, now: until, zone });
      if (buckets + snapshots > 0) {
        log.info(`Purged ${counted(buckets, "quarter-hour row")} and ${counted(snapshots, "snapshot")}`);
      }
      forgetAbsent(store.db(), now);
    } catch (cause) {
      const reason = failureReason(cause, store.db().filename);
      if (reason === undefined) throw cause;
      log.error(`Cannot purge the database ${store.db().filename}: ${reason}`);
    }
  };
}
