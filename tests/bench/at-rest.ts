import { join } from "node:path";
import { atMost, type Bench } from "./bench.ts";
import { scraping, serveSmallPage } from "./litellm.ts";
import { cpuMs, statusMb } from "./process.ts";
import { startService } from "./service.ts";

const SCRAPES_MS = 20_000;
const SETTLE_MS = 5000;

/** What a service costs that scrapes a small page every minute: processor time a scrape, and memory after the first. */
export async function measureAtRest({ binary, folder, show }: Bench): Promise<void> {
  const served = serveSmallPage(true);
  const env = scraping(served.metricsUrl, join(folder, "rest.db"));
  const busy = await startService(binary, { ...env, LITELLM_PULSE_SCRAPE_INTERVAL: "1" });
  await busy.until("/health", 200);
  const before = cpuMs(busy.pid);
  await Bun.sleep(SCRAPES_MS);
  const perScrape = (cpuMs(busy.pid) - before) / (SCRAPES_MS / 1000);
  await busy.stop();
  const idle = await startService(binary, { ...env, LITELLM_PULSE_SCRAPE_INTERVAL: "60" });
  await idle.until("/health", 200);
  await Bun.sleep(SETTLE_MS);
  const memory = statusMb(idle.pid, "VmRSS") ?? Number.NaN;
  await idle.stop();
  await served.stop();
  show("serve at rest on a small page, every minute", [
    atMost(52, memory, "MB"),
    atMost(0.03, (perScrape / 60_000) * 100, "% of a core"),
  ]);
}
