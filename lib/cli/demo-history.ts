import type { Database } from "bun:sqlite";
import type { Zone } from "../aggregator/zone.ts";
import type { createSimulatedLiteLLM } from "../demo/litellm.ts";
import { nextTurn } from "../ledger/pause.ts";
import { type MetricNames, readMetrics, wantedNames } from "../litellm/reading.ts";
import { PageParser } from "../parser/page-parser.ts";
import { commitScrape } from "../store/commit/commit-scrape.ts";
import { passQuietTime } from "../store/quiet-time.ts";

const SCRAPE_MS = 60_000;
const DENSE_MS = 2 * 86_400_000;
const DENSE_STEP_MS = 3_600_000;
const SPARSE_STEP_MS = 12 * 3_600_000;

/**
 * Books the past of a simulated LiteLLM as if it had been scraped every minute. What was used in an hour, or long ago in
 * twelve hours, comes in their last minute, so that the pages between are all equal and need not be read. The signal
 * ends it early.
 */
export async function bookPast(
  db: Database,
  litellm: ReturnType<typeof createSimulatedLiteLLM>,
  scrape: { readonly url: string; readonly names: MetricNames; readonly zone: Zone; readonly maxValues: number },
  past: { readonly from: number; readonly to: number; readonly signal: AbortSignal },
): Promise<void> {
  const { url, names, zone, maxValues } = scrape;
  const wants = wantedNames(names);
  let at = past.from;
  while (!past.signal.aborted) {
    passQuietTime(db, at - SCRAPE_MS);
    litellm.advance(at);
    const parser = new PageParser({ wants, format: "text" });
    parser.push(new TextEncoder().encode(litellm.page({ at, wants })));
    const outcome = parser.finish();
    if (outcome.kind === "refused") throw new TypeError(outcome.message);
    const reading = readMetrics(outcome.page, names);
    commitScrape(db, { url, reading, dateAt: at, readAt: at }, { now: at, zone, names, maxValues });
    await nextTurn();
    if (at >= past.to) return;
    at = Math.min(past.to, at + (at < past.to - DENSE_MS ? SPARSE_STEP_MS : DENSE_STEP_MS));
  }
}
