import { expect, setDefaultTimeout, test } from "bun:test";
import type { SimulationOptions } from "../../lib/demo/litellm.ts";
import { openSandbox, type Sandbox, type Serving, until } from "../support/binary.ts";
import {
  expectGroups,
  expectUsage,
  getJson,
  groupsBy,
  type HistoryAnswer,
  type MetricsAnswer,
  reportOf,
  usageByGroup,
  usageByKey,
  usageOf,
} from "./answers.ts";
import { createGate, type Gate, openPageServer, simulatedAnswer } from "./page-server.ts";
import { type Simulation, startSimulation } from "./simulated.ts";

setDefaultTimeout(60_000);

/** LiteLLM as it may be set up, and how many workers answer then. */
const SETUPS: readonly (readonly [
  name: string,
  scrapes: number,
  workers: number,
  options: Partial<SimulationOptions>,
])[] = [
  ["one process", 30, 1, {}],
  ["three workers that share nothing", 60, 3, {}],
  ["workers that began in the same hundredth of a second", 30, 2, { workerSpreadMs: 0 }],
  ["one process that hides when its series began", 30, 1, { created: false }],
  ["workers that share a folder", 30, 2, { multiprocess: true }],
];

/**
 * What a page shows before something is lost on purpose is all that can be known, so every worker is scraped before it
 * restarts or drops series; then the truth is what must have been booked.
 */
test.concurrent.each(SETUPS)(
  "%s is booked to the last request over %d scrapes with restarts of everything",
  async (_, scrapes, workers, options) => {
    const simulation = startSimulation(60, { workers, ...options });
    const { litellm, send, random } = simulation;
    await using sandbox = openSandbox();
    const gate = createGate();
    await using server = openPageServer(gate.answer);
    const scraper = createScraper(sandbox, server.metricsUrl, gate, simulation);
    const onAll = options.multiprocess ? [0] : Array.from({ length: workers }, (_, worker) => worker);
    const scrapeAll = async () => {
      for (const worker of onAll) await scraper.scrape(worker);
    };
    await scrapeAll();
    while (scraper.scrapes < scrapes) {
      send(Math.floor(random() * 12));
      await scraper.scrape(Math.floor(random() * onAll.length));
      const chance = random();
      if (chance < 0.12) {
        // Where nothing on the page tells a restart, not all can be known after it.
        if (options.multiprocess) continue;
        await scrapeAll();
        litellm.restart();
      } else if (chance < 0.2 && workers > 1) {
        await scrapeAll();
        litellm.restartWorker(Math.floor(random() * workers));
      } else if (chance < 0.3 && options.created !== false && !options.multiprocess) {
        await scrapeAll();
        litellm.dropSeries((family) => family.length % 3 === scraper.scrapes % 3);
      } else if (chance < 0.4) {
        await scraper.restart(chance < 0.35 ? "SIGTERM" : "SIGKILL");
      }
    }
    await scrapeAll();
    expect(scraper.restarts).toBeGreaterThan(0);

    const byKey = await reportOf(sandbox, ["--by", "key"]);
    expectUsage(byKey.total, usageOf(litellm.truth));
    expectGroups(groupsBy(byKey, "key"), usageByKey(litellm.truth));
    expectGroups(
      groupsBy(await reportOf(sandbox, ["--by", "model_group"]), "model_group"),
      usageByGroup(litellm.truth),
    );
  },
);

/** One `serve` after another on the same file, that sees the page of a worker when it is told to. */
function createScraper(sandbox: Sandbox, metricsUrl: string, gate: Gate, { litellm }: Simulation) {
  let serving: Serving | undefined;
  const scraper = {
    scrapes: 0,
    restarts: 0,
    async scrape(worker: number): Promise<void> {
      serving ??= await sandbox.serve({ set: { METRICS_URL: metricsUrl } });
      const { url } = serving;
      const before = (await getJson<MetricsAnswer>(`${url}/api/v1/metrics`)).last_scrape;
      const count = (await getJson<HistoryAnswer>(`${url}/api/v1/history?limit=2000`)).count;
      gate.hand(simulatedAnswer(litellm, worker));
      scraper.scrapes += 1;
      await until(`scrape ${scraper.scrapes} is booked (after ${before})`, async () => {
        return (await getJson<HistoryAnswer>(`${url}/api/v1/history?limit=2000`)).count === count + 1;
      });
    },
    async restart(signal: NodeJS.Signals): Promise<void> {
      scraper.restarts += 1;
      serving?.kill(signal);
      await serving?.finished;
      serving = undefined;
    },
  };
  return scraper;
}
