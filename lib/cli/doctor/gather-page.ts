import type { ResolvedConfig } from "../../config/resolve.ts";
import { readScrape, type ScrapeJob } from "../../scrape/run-scrape.ts";
import type { Io } from "../io.ts";
import { createSetup, scrapes } from "../setup.ts";
import type { PageFacts, PageRead } from "./facts.ts";

/** Nobody waits longer for a diagnosis, whatever a scrape may take. */
const LONGEST_WAIT_MS = 10_000;
const WITHOUT_KEY_MS = 3000;
/** Of two workers in turn at random, one in 128 such rows shows one only. */
const MOST_READS = 8;
const READS_END_MS = 2000;
const LARGEST_REREAD_BYTES = 5_000_000;

/** Asks LiteLLM for its page, and several times more where it comes easily: workers that answer in turn show so. */
export async function gatherPage(resolved: ResolvedConfig, io: Io): Promise<PageFacts> {
  // The warnings of the set-up are findings here, not log lines.
  const made = createSetup(resolved, { ...io, err: () => {} });
  if (made.kind === "invalid") return { kind: "not_asked", message: made.message };
  if (!scrapes(resolved)) return { kind: "not_scraped" };
  const job: ScrapeJob = made.setup.job({ kind: "url" });
  const timeoutMs = Math.min(job.target.timeoutMs, LONGEST_WAIT_MS);
  const patient: ScrapeJob = { ...job, target: { ...job.target, timeoutMs } };
  const began = io.now();
  const reads: PageRead[] = [];
  while (reads.length < MOST_READS) {
    const outcome = await readScrape(patient);
    if (outcome.kind === "failed") {
      if (reads.length > 0) break;
      const { failure } = outcome;
      return { kind: "failed", failure, withoutKey: await failureWithoutKey(failure.reason, job) };
    }
    const { page, scraped } = outcome;
    reads.push({ page, reading: scraped.reading, dateAt: scraped.dateAt, readAt: scraped.readAt });
    if (page.bytes > LARGEST_REREAD_BYTES || io.now() - began > READS_END_MS) break;
  }
  return { kind: "read", source: made.setup.source, reads };
}

/** LiteLLM 1.82 refuses whoever has no key at once and never answers the right one: only both together tell. */
async function failureWithoutKey(reason: string, job: ScrapeJob) {
  if (reason !== "timed_out" || job.target.apiKey === undefined) return undefined;
  const target = { ...job.target, apiKey: undefined, timeoutMs: Math.min(job.target.timeoutMs, WITHOUT_KEY_MS) };
  const outcome = await readScrape({ ...job, target });
  return outcome.kind === "failed" ? outcome.failure : undefined;
}
