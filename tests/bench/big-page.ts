import { join } from "node:path";
import { bigPage } from "../../lib/demo/big-page.ts";
import { createSimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { serveSimulatedLiteLLM } from "../../lib/demo/serve.ts";
import { atMost, type Bench } from "./bench.ts";
import { scraping } from "./litellm.ts";
import { median, run } from "./process.ts";
import { startService } from "./service.ts";

const WAITS_MS = 6000;

/** Scrapes a page of 143 000 samples: by a process of its own, and in a service that answers meanwhile. */
export async function measureBigPage({ binary, folder, rounds, show }: Bench): Promise<void> {
  const served = serveBigPage();
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    runs.push(await run([binary, "scrape-once"], scraping(served.metricsUrl, join(folder, `big-${round}.db`))));
  }
  const seconds = runs.map(({ ms }) => ms / 1000);
  const peak = median(runs.map(({ peakMb }) => peakMb));
  show(
    "scrape of a 66 MB page, whole process",
    [atMost(0.4, median(seconds), "s"), atMost(110, peak, "MB")],
    `best ${Math.min(...seconds).toFixed(2)} s`,
  );
  const longest = await longestWait(binary, scraping(served.metricsUrl, join(folder, "wait.db")));
  show("longest wait of a request while that page is scraped", [atMost(50, longest, "ms")]);
  await served.stop();
}

async function longestWait(binary: string, env: Record<string, string>): Promise<number> {
  const service = await startService(binary, { ...env, LITELLM_PULSE_SCRAPE_INTERVAL: "1" });
  await service.until("/health", 200);
  let longest = 0;
  const endsAt = performance.now() + WAITS_MS;
  while (performance.now() < endsAt) {
    const asked = performance.now();
    await (await fetch(`${service.url}/api/v1/metrics`)).arrayBuffer();
    longest = Math.max(longest, performance.now() - asked);
    await Bun.sleep(1);
  }
  await service.stop();
  return longest;
}

function serveBigPage(): ReturnType<typeof serveSimulatedLiteLLM> {
  const now = () => Date.now();
  const served = serveSimulatedLiteLLM({ litellm: createSimulatedLiteLLM({ seed: 1, now }), port: 0, now });
  served.faults.push({
    kind: "page",
    body: bigPage({ keys: 100, models: 10, buckets: 18 }),
    times: Number.POSITIVE_INFINITY,
  });
  return served;
}
