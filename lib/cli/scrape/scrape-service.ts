import { notesOf } from "../../query/health/health.ts";
import { runLoop } from "../../scrape/loop.ts";
import { type BookedScrape, pagesBooked, readScrape, type ScrapeJob } from "../../scrape/run-scrape.ts";
import { type LiveState, NO_SCRAPES, type ScrapeFigures } from "../../server/api.ts";
import type { StoreHandle } from "../../store/open/store-handle.ts";
import { targetById } from "../../store/tables/targets.ts";
import type { Logger } from "../logger.ts";
import { bookedLine, bookedWarnings, failureLine, RESTARTED } from "./describe-scrape.ts";
import { createPageBooker, sayOpening } from "./page-booker.ts";
import { createPurging } from "./purging.ts";
import type { TakeOverResult } from "./take-over.ts";

/** What the service needs; times in milliseconds. */
export type ServiceOptions = {
  readonly store: StoreHandle;
  readonly job: ScrapeJob;
  readonly intervalMs: number;
  readonly retentionDays: number;
  readonly source: string;
  readonly log: Logger;
  /** Takes over the predecessor's database, where the store waits for that. */
  readonly takeOver?: (onProgress: (line: string) => void) => Promise<TakeOverResult>;
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
  let storeError = store.error;
  let error = storeError;
  let failures = 0;
  let hasScraped = false;
  let rawSums: ReadonlyMap<string, number> = new Map();
  let revision = 0;
  let scrapes = NO_SCRAPES;
  let warnings: readonly string[] = [];
  const book = createPageBooker(store, job, log);
  const purgeAtTimes = createPurging(store, job, options.retentionDays, log);

  const onFailure = (kind: "failed" | "unbooked", line: string): void => {
    failures += 1;
    scrapes = { ...scrapes, [kind]: scrapes[kind] + 1 };
    if (error !== line) log.error(line);
    else log.debug(line);
    error = line;
  };

  const onBooked = (outcome: BookedScrape, tookMs: number): void => {
    if (failures > 0) log.info(`Scraping works again after ${failures} failed ${failures === 1 ? "try" : "tries"}`);
    failures = 0;
    error = storeError;
    hasScraped = true;
    rawSums = outcome.page.sums;
    scrapes = withGood(scrapes, outcome);
    log.info(`${bookedLine(outcome)} in ${tookMs} ms`, { page_bytes: outcome.page.bytes, took_ms: tookMs });
    const { commit } = outcome;
    const notes = commit.kind === "committed" ? notesOf(targetById(store.db(), commit.target)) : [];
    const found = [...bookedWarnings(outcome, options.source), ...notes];
    const isNews = (warning: string) => warning === RESTARTED || !warnings.includes(warning);
    for (const warning of found) (isNews(warning) ? log.warning : log.debug)(warning);
    warnings = found;
  };

  const openStore = async (): Promise<void> => {
    const { takeOver } = options;
    const isTakenOver = store.awaitsTakeOver && takeOver !== undefined;
    if (isTakenOver) {
      const result = await takeOver((line) => {
        error = line;
        revision += 1;
      });
      if (result.kind === "failed") {
        if (options.signal.aborted) log.info(result.message);
        else if (storeError !== result.message) log.error(result.message);
        storeError = result.message;
        error = storeError;
        return;
      }
    }
    if (store.retry()) {
      revision += 1;
      if (!isTakenOver) log.info("The database can be opened again");
      sayOpening(store, log);
    }
    storeError = store.error;
    if (isTakenOver) error = storeError;
  };

  const scrape = async (): Promise<void> => {
    if (store.letGoOfLostFile()) log.warning(`${store.error}: counting begins anew`);
    if (store.isInMemory) await openStore();
    if (options.signal.aborted) return;
    const started = job.now();
    const read = await readScrape(job, store.isInMemory ? undefined : pagesBooked(store.db(), job));
    if (options.signal.aborted && read.kind === "failed") return;
    if (read.kind === "failed") onFailure("failed", failureLine(read.failure));
    else {
      const booked = await book(read.scraped);
      if (booked.kind === "store_failed") onFailure("unbooked", booked.message);
      else {
        const outcome = { ...booked, page: read.page, readAt: read.scraped.readAt };
        onBooked(outcome, Math.max(0, Math.round(job.now() - started)));
      }
    }
    scrapes = { ...scrapes, durationMs: Math.max(0, job.now() - started) };
    revision += 1;
  };

  return {
    live: () => ({ db: store.reader(), isInMemory: store.isInMemory, error, hasScraped, scrapes, rawSums, revision }),
    run: () =>
      runLoop(
        async () => {
          await scrape();
          if (!options.signal.aborted) purgeAtTimes();
        },
        { intervalMs: options.intervalMs, now: job.now, sleep: options.sleep, signal: options.signal },
      ),
  };
}

function withGood(scrapes: ScrapeFigures, { commit, page }: BookedScrape): ScrapeFigures {
  const { good, refusedSamples, skippedLines } = scrapes;
  const counts = { good: good + 1, skippedLines: skippedLines + page.skipped.count };
  if (commit.kind === "outdated") return { ...scrapes, ...counts };
  return {
    ...scrapes,
    ...counts,
    series: commit.series,
    refusedSamples: refusedSamples + (commit.cases.get("refused") ?? 0),
  };
}
