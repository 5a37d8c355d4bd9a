import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";

/** What a homelab's LiteLLM counts in this time makes a page of a few hundred samples. */
const SMALL_PAST_MS = 1_200_000;

/** Where nothing answers: for what is not to be scraped. */
export const NOBODY = "http://127.0.0.1:9/metrics/";

/** A LiteLLM with a page of a few hundred samples; `traffic` lets requests happen. */
export function serveSmallPage(traffic: boolean): ReturnType<typeof serveSimulatedLiteLLM> {
  const now = () => Date.now();
  const litellm = createSimulatedLiteLLM({ seed: 1, now, startedAt: now() - SMALL_PAST_MS, buckets: 18 });
  litellm.advance(now());
  return serveSimulatedLiteLLM({ litellm, port: 0, now, traffic });
}

/** The settings of a program that scrapes one page into one database. */
export function scraping(metricsUrl: string, db: string): Record<string, string> {
  return { LITELLM_PULSE_METRICS_URL: metricsUrl, LITELLM_PULSE_DB_PATH: db };
}

/** The settings of a service that reads the ledger and scrapes nothing. */
export const UNSCRAPED = { LITELLM_PULSE_METRICS_URL: NOBODY, LITELLM_PULSE_SCRAPE_INTERVAL: "3600" } as const;
