import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import type { ApiDeps } from "../../server/api.ts";
import { createApp } from "../../server/app.ts";
import { isLoopbackAddress, listen } from "../../server/http/listen.ts";
import { openForWriting } from "../../store/open/database.ts";
import { createStoreHandle, type StoreHandle } from "../../store/open/store-handle.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { createLedgerService, type LedgerService } from "../ledger/serve/ledger-service.ts";
import { createSpendService, type SpendService } from "../ledger/serve/spend-service.ts";
import { createFollowing, type Following } from "../ledger/sync/follow-service.ts";
import { syncSettings } from "../ledger/sync/sync-settings.ts";
import type { Logger } from "../logger.ts";
import { preparePrices } from "../prices.ts";
import { say } from "../say.ts";
import { sayOpening } from "../scrape/page-booker.ts";
import { createScrapeService, type ScrapeService } from "../scrape/scrape-service.ts";
import { createSetup, type Setup, scrapes } from "../setup.ts";
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
  const { config } = resolved;
  const made = await createParts(resolved, io);
  if (made.kind === "invalid") {
    say(io, made.message);
    return EXIT.usage;
  }
  const { setup, signal, store, scraping, ledger, following, spend } = made.parts;
  const { source, log } = setup;
  const listening = listen(createApp(apiDeps(resolved, made.parts, io)), config.host, config.port);
  if (listening.kind === "failed") {
    store.close();
    say(io, listening.message);
    return EXIT.usage;
  }
  const where = store.awaitsTakeOver ? config.dbPath : store.isInMemory ? "memory" : store.path;
  const url = listening.url + config.basePath;
  const isScraping = scrapes(resolved);
  const job = isScraping
    ? `scraping ${source} every ${config.scrapeInterval} s into ${where}`
    : "following the ledger's source only; LITELLM_PULSE_METRICS_URL is not set, so nothing is scraped";
  log.info(`Listening on ${url}, ${job}`, { url });
  options.onListening?.(url);
  await options.prepare?.();
  following?.start();
  await (isScraping ? scraping.run() : aborted(signal));
  await following?.stop();
  await listening.stop(GRACE_MS);
  await spend.close();
  await ledger.close();
  store.close();
  log.info("Stopped");
  return EXIT.done;
}

/** What the service is made of. */
type Parts = {
  readonly setup: Setup;
  /** Aborted when somebody asks to stop. */
  readonly signal: AbortSignal;
  readonly store: StoreHandle;
  readonly scraping: ScrapeService;
  readonly ledger: LedgerService;
  /** Undefined where no source of the ledger is configured. */
  readonly following: Following | undefined;
  readonly spend: SpendService;
};

type PartsResult =
  | { readonly kind: "made"; readonly parts: Parts }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Makes the parts; none of them has begun its work. Databases are opened last, so that a wrong setting leaves none
 * behind.
 */
async function createParts(resolved: ResolvedConfig, io: Io): Promise<PartsResult> {
  const { config } = resolved;
  const made = createSetup(resolved, io);
  if (made.kind === "invalid") return made;
  if (config.auth === "litellm" && config.databaseUrl === undefined) {
    const message =
      "LITELLM_PULSE_AUTH=litellm looks keys up in LiteLLM's database: set LITELLM_PULSE_DATABASE_URL, too";
    return { kind: "invalid", message };
  }
  const prices = await preparePrices(config.pricesFile);
  if (prices.kind === "invalid") return prices;
  const { setup } = made;
  const { zone, log } = setup;
  const signal = io.stopSignal();
  const store = openStore(config, log);
  const home = ledgerHomeOf(config);
  const ledger = createLedgerService({ ...home, zone, now: io.now, retentionDays: config.dbRetentionDays });
  const settings = syncSettings(config);
  const following = settings && createFollowing(settings, config.ledgerInterval * 1000, log);
  const refresh = following && (() => following.refresh());
  const isLoopbackOnly = isLoopbackAddress(config.host);
  const spend = createSpendService({ config, ledger, now: io.now, isLoopbackOnly, prices: prices.load, refresh });
  const scraping = createScraping(config, setup, { store, signal }, io.now);
  return { kind: "made", parts: { setup, signal, store, scraping, ledger, following, spend } };
}

/** Opens the database, or goes on in memory where it cannot be opened. */
function openStore(config: Config, log: Logger): StoreHandle {
  const store = createStoreHandle((isDamaged) => openForWriting(config.dbPath, isDamaged));
  if (store.error !== undefined && !store.awaitsTakeOver) {
    log.error(`${store.error}; going on in memory until it can be opened`);
  }
  sayOpening(store, log);
  return store;
}

function createScraping(
  config: Config,
  { zone, names, source, log, job }: Setup,
  { store, signal }: Pick<Parts, "store" | "signal">,
  now: () => number,
): ScrapeService {
  return createScrapeService({
    store,
    job: job({ kind: "url" }, signal),
    intervalMs: config.scrapeInterval * 1000,
    retentionDays: config.dbRetentionDays,
    source,
    log,
    takeOver: async (onProgress) => {
      const { runTakeOver } = await import("../scrape/take-over.ts");
      const { dbPath, metricsUrl: url, maxLabelValues: maxValues } = config;
      return runTakeOver(dbPath, { url, names, zone, maxValues }, { log, now, signal, onProgress });
    },
    sleep: sleepUntilAborted,
    signal,
  });
}

function apiDeps(
  resolved: ResolvedConfig,
  { setup, signal, scraping, ledger, following, spend }: Parts,
  io: Io,
): ApiDeps {
  const { config } = resolved;
  const { zone, names, source, log } = setup;
  return {
    version: VERSION,
    live: scraping.live,
    now: io.now,
    zone,
    url: config.metricsUrl,
    source,
    names,
    historySize: config.historySize,
    intervalMs: config.scrapeInterval * 1000,
    budgets: config,
    apiKey: config.apiKey,
    ingestKey: config.ingestKey,
    ledger,
    isScraping: scrapes(resolved),
    following: () => following?.state(),
    isLoopbackOnly: isLoopbackAddress(config.host),
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
  };
}

/** Ends when somebody asks to stop. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
