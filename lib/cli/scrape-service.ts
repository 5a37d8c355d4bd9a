import { notesOf } from "../query/health.ts";
import { runLoop } from "../scrape/loop.ts";
import { runScrape, type ScrapeJob, type ScrapeOutcome } from "../scrape/run-scrape.ts";
import type { LiveState } from "../server/api.ts";
import { sqliteReason } from "../store/database.ts";
import { forgetAbsent, purge } from "../store/purge.ts";
import type { StoreHandle } from "../store/store-handle.ts";
import { targetById } from "../store/targets.ts";
import { bookedLine, bookedWarnings, failureLine } from "./describe-scrape.ts";
import type { Logger } from "./logger.ts";

const PURGE_EVERY_MS = 3_600_000;

/** What the service needs; times in milliseconds. */
export type ServiceOptions = {
  readonly store: StoreHandle;
  readonly job: ScrapeJob;
  readonly intervalMs: number;
  readonly retentionDays: number;
  readonly source: string;
  readonly log: Logger;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
};

/** Scrapes at an interval, books, purges, and knows how that goes. */
export type ScrapeService = {
  readonly live: () => LiveState;
  /** Ends when the signal is aborted and the running scrape has ended. */
  run(): Promise<void>;
};

/** Makes the scrape service of `serve`. */
export function createScrapeService(options: ServiceOptions): ScrapeService {
  const { store, job, log } = options;
  let error = store.error;
  let failures = 0;
  let hasScraped = false;
  let rawSums: ReadonlyMap<string, number> = new Map();
  let revision = 0;
  let purgedAt: number | undefined;
  let notes: readonly string[] = [];

  const onFailure = (line: string): void => {
    failures += 1;
    if (error !== line) log.error(line);
    else log.debug(line);
    error = line;
  };

  const onBooked = (outcome: Extract<ScrapeOutcome, { kind: "booked" }>, tookMs: number): void => {
    if (failures > 0) log.info(`Scraping works again after ${failures} failed ${failures === 1 ? "try" : "tries"}`);
    failures = 0;
    error = store.error;
    hasScraped = true;
    rawSums = outcome.page.sums;
    for (const warning of bookedWarnings(outcome, options.source)) log.warning(warning);
    log.info(`${bookedLine(outcome)} in ${Math.round(tookMs)} ms`, { page_bytes: outcome.page.bytes, took_ms: tookMs });
    if (outcome.commit.kind === "outdated") return;
    const found = notesOf(targetById(store.db(), outcome.commit.target));
    for (const note of found) if (!notes.includes(note)) log.warning(note);
    notes = found;
  };

  const scrape = async (): Promise<void> => {
    if (store.retry()) log.info("The database can be opened again");
    const started = job.now();
    const outcome = await runScrape(store.db, job);
    if (options.signal.aborted && outcome.kind === "failed") return;
    if (outcome.kind === "failed") onFailure(failureLine(outcome.failure));
    else if (outcome.kind === "store_failed") onFailure(outcome.message);
    else onBooked(outcome, job.now() - started);
    revision += 1;
  };

  const tidy = (): void => {
    const now = job.now();
    if (purgedAt !== undefined && Math.abs(now - purgedAt) < PURGE_EVERY_MS) return;
    purgedAt = now;
    try {
      const { buckets, snapshots } = purge(store.db(), { retentionDays: options.retentionDays, now, zone: job.zone });
      if (buckets + snapshots > 0) log.info(`Purged ${buckets} quarter-hour rows and ${snapshots} snapshots`);
      forgetAbsent(store.db(), now);
    } catch (cause) {
      const reason = sqliteReason(cause);
      if (reason === undefined) throw cause;
      log.error(`Cannot purge the database: ${reason}`);
    }
  };

  return {
    live: () => ({ db: store.db(), isInMemory: store.isInMemory, error, hasScraped, rawSums, revision }),
    run: () =>
      runLoop(
        async () => {
          await scrape();
          if (!options.signal.aborted) tidy();
        },
        { intervalMs: options.intervalMs, now: job.now, sleep: options.sleep, signal: options.signal },
      ),
  };
}
