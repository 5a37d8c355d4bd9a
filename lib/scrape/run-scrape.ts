import type { Database } from "bun:sqlite";
import type { Zone } from "../aggregator/zone.ts";
import { type MetricNames, readPage as readMetrics, wantedNames } from "../litellm/reading.ts";
import { formatOf } from "../parser/exposition-format.ts";
import type { Page } from "../parser/page.ts";
import { createPageParser } from "../parser/page-parser.ts";
import { type Commit, commitScrape } from "../store/commit-scrape.ts";
import { sqliteReason } from "../store/database.ts";
import type { ScrapeFailure } from "./failure.ts";
import { fetchPage, type OnHead, type PageResult, type PageTarget } from "./fetch-page.ts";
import { readPage as readFilePage } from "./read-page.ts";

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

export type ScrapeOutcome =
  | { readonly kind: "booked"; readonly commit: Commit; readonly page: Page; readonly readAt: number }
  | { readonly kind: "failed"; readonly failure: ScrapeFailure }
  /** The page was good, the database refused it; nothing was changed. */
  | { readonly kind: "store_failed"; readonly message: string };

/** Gets one page, reads it and books it. Every expected failure is a value. */
export async function runScrape(db: () => Database, job: ScrapeJob): Promise<ScrapeOutcome> {
  let parser: ReturnType<typeof createPageParser> | undefined;
  const onHead: OnHead = (head) => {
    const format = job.source.kind === "file" ? "unknown" : formatOf(head.contentType);
    const created = createPageParser({ wants: wantedNames(job.names), format });
    parser = created;
    return (chunk) => created.push(chunk);
  };
  const result = await getPage(job, onHead);
  if (result.kind === "failed") return result;
  const outcome = parser?.finish();
  if (!outcome) throw new TypeError("A page was read without its head");
  if (outcome.kind === "refused") return { kind: "failed", failure: refusal(outcome, result.head.source) };
  const { dateAt, readAt } = result.head;
  try {
    const commit = commitScrape(
      db(),
      { url: job.target.url, reading: readMetrics(outcome.page, job.names), dateAt, readAt },
      { now: job.now(), zone: job.zone, names: job.names, maxValues: job.maxValues },
    );
    return { kind: "booked", commit, page: outcome.page, readAt };
  } catch (error) {
    const reason = sqliteReason(error);
    if (reason === undefined) throw error;
    return { kind: "store_failed", message: `Cannot write the scrape to the database: ${reason}` };
  }
}

function getPage(job: ScrapeJob, onHead: OnHead): Promise<PageResult> {
  const { source, target, now, version, signal } = job;
  if (source.kind === "file") return readFilePage(source.path, { stdin: source.stdin, now, onHead });
  return fetchPage(target, { now, onHead, version, ...(signal ? { signal } : {}) });
}

function refusal(refused: { reason: string; message: string }, source: string): ScrapeFailure {
  return {
    reason: refused.reason === "cut_off" ? "cut_off" : "not_metrics",
    message: `${refused.message} (from ${source})`,
    hint: "Check that LITELLM_PULSE_METRICS_URL ends in /metrics/ and is LiteLLM's",
  };
}
