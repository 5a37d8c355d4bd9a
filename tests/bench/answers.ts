import { statSync } from "node:fs";
import { join } from "node:path";
import { atLeast, atMost, type Bench } from "./bench.ts";
import type { Histories } from "./history-file.ts";
import { NOBODY, scraping } from "./litellm.ts";
import { load } from "./load.ts";
import { median } from "./process.ts";
import { startBareServer, startService } from "./service.ts";

const CLIENTS = 16;
const LOAD_MS = 3000;
/** Nothing is scraped and nothing purged while the answers are measured. */
const UNDISTURBED = { LITELLM_PULSE_SCRAPE_INTERVAL: "3600", LITELLM_PULSE_DB_RETENTION_DAYS: "-1" };

/** Asks services with a usual, a long and an empty history as fast as they answer. */
export async function measureAnswers({ binary, folder, rounds, show }: Bench, histories: Histories): Promise<void> {
  const start = (db: string) => startService(binary, { ...scraping(NOBODY, db), ...UNDISTURBED });
  const [usual, long, empty] = await Promise.all([
    start(histories.usual),
    start(histories.long),
    start(join(folder, "empty.db")),
  ]);
  const many = await load(usual.port, "/api/v1/metrics", CLIENTS, LOAD_MS);
  const ofLong = await load(long.port, "/api/v1/metrics", CLIENTS, LOAD_MS);
  const ofEmpty = await load(empty.port, "/api/v1/metrics", CLIENTS, LOAD_MS);
  const bare = await startBareServer();
  const waits: { ofOne: number; ofBare: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ofOne = (await load(usual.port, "/api/v1/metrics", 1, LOAD_MS)).p99Ms;
    waits.push({ ofOne, ofBare: (await load(bare.port, "/", 1, LOAD_MS)).p99Ms });
  }
  const models = await load(usual.port, "/api/v1/models", CLIENTS, LOAD_MS);
  for (const service of [usual, long, empty, bare]) await service.stop();
  show(`GET /api/v1/metrics, ${CLIENTS} clients`, [atLeast(30_000, many.perSecond, "a second")]);
  show("the same on ten times the history", [atLeast(30_000, ofLong.perSecond, "a second")]);
  show("the same on an empty database", [atLeast(30_000, ofEmpty.perSecond, "a second")]);
  show(
    "the same, one client, p99 beside a bare server's",
    [atMost(1.5, median(waits.map(({ ofOne, ofBare }) => ofOne / ofBare)), "times")],
    `${median(waits.map(({ ofOne }) => ofOne)).toFixed(3)} ms`,
  );
  show(`GET /api/v1/models, ${CLIENTS} clients`, [atLeast(10_000, models.perSecond, "a second")]);
  const mb = statSync(histories.usual).size / 1e6;
  show("database for 90 days of minutes, 10 models", [atMost(40, mb, "MB")]);
}
