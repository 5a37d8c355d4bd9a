import type { ResolvedConfig } from "../../config/resolve.ts";
import { createApp } from "../../server/app.ts";
import { isLoopbackAddress, listen } from "../../server/http/listen.ts";
import { openForWriting } from "../../store/open/database.ts";
import { createStoreHandle } from "../../store/open/store-handle.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { createLedgerService } from "../ledger/serve/ledger-service.ts";
import { createSpendService } from "../ledger/serve/spend-service.ts";
import { createFollowing } from "../ledger/sync/follow-service.ts";
import { syncSettings } from "../ledger/sync/sync-settings.ts";
import { preparePrices } from "../prices.ts";
import { say } from "../say.ts";
import { createScrapeService } from "../scrape/scrape-service.ts";
import { createSetup, scrapes } from "../setup.ts";
import { sleepUntilAborted } from "../sleep.ts";
import { VERSION } from "../version.ts";

/** How long running requests may take to end at a stop. */
const GRACE_MS = 3000;

/** `serve`: scrapes at an interval and answers over HTTP until SIGTERM or SIGINT. */
export async function serve(
  resolved: ResolvedConfig,
  options: {
    readonly onListening?: (url: string) => void;
    /** Done while it already answers, before the first scrape. */
    readonly prepare?: () => Promise<void>;
  },
  io: Io,
): Promise<ExitCode> {
  const made = createSetup(resolved, io);
  if (made.kind === "invalid") {
    say(io, made.message);
    return EXIT.usage;
  }
  const { config } = resolved;
  if (config.auth === "litellm" && config.databaseUrl === undefined) {
    say(io, "LITELLM_PULSE_AUTH=litellm looks keys up in LiteLLM's database: set LITELLM_PULSE_DATABASE_URL, too");
    return EXIT.usage;
  }
  const { zone, names, source, log, job: jobOf } = made.setup;
  const signal = io.stopSignal();
  const store = createStoreHandle((isDamaged) => openForWriting(config.dbPath, isDamaged));
  if (store.error !== undefined && !store.awaitsTakeOver) {
    log.error(`${store.error}; going on in memory until it can be opened`);
  }
  if (store.warning !== undefined) log.warning(store.warning);
  const intervalMs = config.scrapeInterval * 1000;
  const service = createScrapeService({
    store,
    job: jobOf({ kind: "url" }, signal),
    intervalMs,
    retentionDays: config.dbRetentionDays,
    source,
    log,
    takeOver: async (onProgress) => {
      const { runTakeOver } = await import("../scrape/take-over.ts");
      const { dbPath, metricsUrl: url, maxLabelValues: maxValues } = config;
      return runTakeOver(dbPath, { url, names, zone, maxValues }, { log, now: io.now, signal, onProgress });
    },
    sleep: sleepUntilAborted,
    signal,
  });
  const prices = await preparePrices(config.pricesFile);
  if (prices.kind === "invalid") {
    store.close();
    say(io, prices.message);
    return EXIT.usage;
  }
  const isLoopbackOnly = isLoopbackAddress(config.host);
  const ledger = createLedgerService({
    ...ledgerHomeOf(config),
    zone,
    now: io.now,
    retentionDays: config.dbRetentionDays,
  });
  const settings = syncSettings(config);
  const following = settings && createFollowing(settings, config.ledgerInterval * 1000, log);
  const refresh = following && (() => following.refresh());
  const spend = createSpendService({ config, ledger, now: io.now, isLoopbackOnly, prices: prices.load, refresh });
  const isScraping = scrapes(resolved);
  const app = createApp({
    version: VERSION,
    live: service.live,
    now: io.now,
    zone,
    url: config.metricsUrl,
    source,
    names,
    historySize: config.historySize,
    intervalMs,
    budgets: config,
    apiKey: config.apiKey,
    ingestKey: config.ingestKey,
    ledger,
    isScraping,
    following: () => following?.state(),
    isLoopbackOnly,
    basePath: config.basePath,
    page: async () => (await import("../../dashboard/embedded.ts")).loadPage(),
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    stopSignal: signal,
    spend: spend.api,
    onBug: (error) =>
      log.error(`A request met a bug: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
  });
  const listening = listen(app, config.host, config.port);
  if (listening.kind === "failed") {
    store.close();
    say(io, listening.message);
    return EXIT.usage;
  }
  const where = store.awaitsTakeOver ? config.dbPath : store.isInMemory ? "memory" : store.path;
  const url = listening.url + config.basePath;
  const job = isScraping
    ? `scraping ${source} every ${config.scrapeInterval} s into ${where}`
    : "following the ledger's source only; LITELLM_PULSE_METRICS_URL is not set, so nothing is scraped";
  log.info(`Listening on ${url}, ${job}`, { url });
  options.onListening?.(url);
  await options.prepare?.();
  following?.start();
  await (isScraping ? service.run() : aborted(signal));
  await following?.stop();
  await listening.stop(GRACE_MS);
  await spend.close();
  await ledger.close();
  store.close();
  log.info("Stopped");
  return EXIT.done;
}

/** Ends when somebody asks to stop. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
