import type { Database } from "bun:sqlite";
import type { Zone } from "../aggregator/zone.ts";
import { type MetricNames, readMetrics, wantedNames } from "../litellm/reading.ts";
import { formatOf } from "../parser/exposition-format.ts";
import type { Page } from "../parser/page.ts";
import { PageParser } from "../parser/page-parser.ts";
import { type Commit, commitInSteps, type ScrapedPage } from "../store/commit/commit-scrape.ts";
import { atOnce } from "../store/commit/steps.ts";
import { failureReason, isDamage, isStuck } from "../store/open/failure-reason.ts";
import { pagesOf, targetKey } from "../store/tables/targets.ts";
import type { ScrapeFailure } from "./failure.ts";
import { fetchPage, type OnHead, type PageResult, type PageTarget } from "./fetch/fetch-page.ts";
import { inTurns } from "./in-turns.ts";
import { readPageFile } from "./read-page-file.ts";

/** Where a page comes from. A file or `-` (stdin) stands for the configured URL. */
export type PageSource =
  | { readonly kind: "url" }
  | { readonly kind: "file"; readonly path: string; readonly stdin: () => ReadableStream<Uint8Array> };

/** What one scrape needs. */
export type ScrapeJob = {
  readonly source: PageSource;
  readonly target: PageTarget;
  readonly names: MetricNames;
  readonly zone: Zone;
  readonly maxValues: number;
  readonly version: string;
  readonly now: () => number;
  readonly signal?: AbortSignal;
};

/** A good page that is not booked yet. */
export type ReadOutcome =
  | { readonly kind: "read"; readonly page: Page; readonly scraped: ScrapedPage }
  | { readonly kind: "failed"; readonly failure: ScrapeFailure };

export type BookOutcome =
  | { readonly kind: "booked"; readonly commit: Commit }
  /** The database refused the page; nothing was changed. */
  | { readonly kind: "store_failed"; readonly message: string; readonly cure: StoreCure };

/** What helps a database that refuses a page: putting it aside, opening it anew, or nothing but time. */
type StoreCure = "repair" | "reopen" | "wait";

/** A good page with what became of it. */
export type BookedScrape = { readonly commit: Commit; readonly page: Page; readonly readAt: number };

/** Number of the newest page of the job's URL that is booked; undefined where the database cannot tell. */
export function pagesBooked(db: Database, { target }: ScrapeJob): number | undefined {
  try {
    return pagesOf(db, targetKey(target.url));
  } catch (error) {
    if (failureReason(error) === undefined) throw error;
    return undefined;
  }
}

/** Gets one page and reads it; `pagesBefore` as in `ScrapedPage`. Every expected failure is a value. */
export async function readScrape(job: ScrapeJob, pagesBefore?: number): Promise<ReadOutcome> {
  let parser: PageParser | undefined;
  const onHead: OnHead = (head) => {
    const format = job.source.kind === "file" ? "unknown" : formatOf(head.contentType);
    const created = new PageParser({ wants: wantedNames(job.names), format });
    parser = created;
    return (chunk) => created.push(chunk);
  };
  const result = await getPage(job, onHead);
  if (result.kind === "failed") return result;
  const outcome = parser?.finish();
  if (!outcome) throw new TypeError("A page was read without its head");
  if (outcome.kind === "refused")
    return { kind: "failed", failure: refusal(outcome, job.source.kind, result.head.source) };
  const { dateAt, askedAt, readAt } = result.head;
  const reading = readMetrics(outcome.page, job.names);
  const scraped = { url: job.target.url, reading, dateAt, askedAt, readAt, pagesBefore };
  return { kind: "read", page: outcome.page, scraped };
}

/**
 * Books a page that was read. Everything else has its turn in between, unless `isShared`: then the connection is used for
 * other things, too, which must not see half of it.
 */
export async function bookScrape(
  db: Database,
  scraped: ScrapedPage,
  job: ScrapeJob,
  isShared: boolean,
): Promise<BookOutcome> {
  const { names, zone, maxValues } = job;
  const steps = commitInSteps(db, scraped, { now: job.now(), zone, names, maxValues });
  try {
    return { kind: "booked", commit: isShared ? atOnce(steps) : await inTurns(steps) };
  } catch (error) {
    const reason = failureReason(error, db.filename);
    if (reason === undefined) throw error;
    const message = `Cannot write the scrape to the database ${db.filename}: ${reason}`;
    const cure = isDamage(error) ? "repair" : isStuck(error) ? "reopen" : "wait";
    return { kind: "store_failed", message, cure };
  }
}

function getPage(job: ScrapeJob, onHead: OnHead): Promise<PageResult> {
  const { source, target, now, version, signal } = job;
  if (source.kind === "file") return readPageFile(source.path, { stdin: source.stdin, now, onHead, signal });
  return fetchPage(target, { now, onHead, version, ...(signal ? { signal } : {}) });
}

function refusal(
  refused: { reason: string; message: string },
  kind: PageSource["kind"],
  source: string,
): ScrapeFailure {
  return {
    reason: refused.reason === "cut_off" ? "cut_off" : "not_metrics",
    message: `${refused.message} (from ${source})`,
    hint:
      kind === "file"
        ? "Give it a whole page as LiteLLM's /metrics/ sends it"
        : "Check that LITELLM_PULSE_METRICS_URL ends in /metrics/ and is LiteLLM's",
  };
}
