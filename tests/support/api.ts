import type { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone, type Zone } from "../../lib/aggregator/zone.ts";
import { ledgerPathOf } from "../../lib/cli/ledger/ledger-path.ts";
import { createLedgerService } from "../../lib/cli/ledger/serve/ledger-service.ts";
import { homelabPopulation } from "../../lib/demo/homelab.ts";
import { createSimulatedLiteLLM, type SimulatedLiteLLM } from "../../lib/demo/litellm.ts";
import { type EventWish, makeEvent } from "../../lib/demo/make-event.ts";
import type { Population } from "../../lib/demo/population.ts";
import { METRICS } from "../../lib/litellm/metrics.ts";
import { type MetricNames, readMetrics, wantedNames } from "../../lib/litellm/reading.ts";
import type { Page } from "../../lib/parser/page.ts";
import { PageParser } from "../../lib/parser/page-parser.ts";
import type { FollowState } from "../../lib/query/health/follow-health.ts";
import { NO_BUDGETS } from "../../lib/query/usage/budget.ts";
import { type ApiDeps, type LiveState, NO_SCRAPES } from "../../lib/server/api.ts";
import { createApp } from "../../lib/server/app.ts";
import type { Page as Dashboard } from "../../lib/server/page.ts";
import { type Commit, commitScrape } from "../../lib/store/commit/commit-scrape.ts";
import { openForWriting, openInMemory } from "../../lib/store/open/database.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Saturday. */
export const NOON = Date.parse("2026-11-21T12:00:00Z");
export const URL_SCRAPED = "http://litellm:4000/metrics/";

/** The names that LiteLLM's metrics have by default. */
export const NAMES: MetricNames = new Map(
  METRICS.map(({ name, prometheusName, olderNames }) => [name, [prometheusName, ...olderNames]]),
);

/** A temporary folder; `path` is where a database may be made in it. Removed when it is disposed of. */
export function temporaryFolder(): Disposable & { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-test-"));
  return {
    folder,
    path: join(folder, "pulse.db"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Opens a database for writing; fails the test where it cannot. */
export function openDatabase(path: string): Database {
  const opened = openForWriting(path);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  return opened.db;
}

export type BookOptions = {
  readonly at: number;
  readonly url?: string;
  readonly zone?: Zone;
  readonly names?: MetricNames;
};

/** Books one page as a scrape at a moment would; LiteLLM's clock is ours. Gives what the parser read, too. */
export function bookPage(
  db: Database,
  body: string | Uint8Array,
  options: BookOptions,
): { commit: Commit; page: Page } {
  const { at, url = URL_SCRAPED, zone = createZone("UTC"), names = NAMES } = options;
  const parser = new PageParser({ wants: wantedNames(names), format: "unknown" });
  parser.push(typeof body === "string" ? new TextEncoder().encode(body) : body);
  const outcome = parser.finish();
  if (outcome.kind === "refused") throw new Error(outcome.message);
  const scraped = { url, reading: readMetrics(outcome.page, names), dateAt: at, readAt: at };
  return { commit: commitScrape(db, scraped, { now: at, zone, names, maxValues: 1000 }), page: outcome.page };
}

/** A page that stands for the dashboard, whose own tests are in the browser. */
const TEST_PAGE: Dashboard = {
  html: `<!doctype html><script type="module" src="assets/page-1a2b3c.js"></script>${"<p>".repeat(1000)}`,
  files: new Map([
    ["page-1a2b3c.js", { type: "text/javascript;charset=utf-8", bytes: new TextEncoder().encode("1;".repeat(1000)) }],
  ]),
};

/** What a test may choose about its world. */
export type WorldOptions = Partial<
  Pick<
    ApiDeps,
    "apiKey" | "isScraping" | "ingestKey" | "budgets" | "isLoopbackOnly" | "historySize" | "url" | "source" | "basePath"
  >
> & {
  readonly zone?: string;
  /** A PostgreSQL that holds the ledger. */
  readonly ledgerUrl?: string;
  readonly now?: number;
  readonly population?: Population;
  /** Families and labels that LiteLLM 1.82 does not have: all metrics are known, and the provider. */
  readonly details?: boolean;
  /** Keeps the store in a file, for what opens it a second time; in memory otherwise. */
  readonly inFile?: boolean;
  /** What the API is told about that. */
  readonly isInMemory?: boolean;
};

/** A response whose JSON a test may look into. */
// biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests are about
export type Answer = Omit<Response, "json"> & { json(): Promise<any> };

/** A LiteLLM, a store that was filled by scraping it, and the API over that store; all on one clock. */
export type World = Disposable & {
  readonly litellm: SimulatedLiteLLM;
  readonly db: Database;
  readonly path: string;
  readonly deps: ApiDeps;
  /** What the scrape loop would know; tests change it as they like. */
  readonly state: { -readonly [Key in Exclude<keyof LiveState, "db" | "isInMemory">]: LiveState[Key] } & {
    now: number;
    following: FollowState | undefined;
  };
  readonly bugs: unknown[];
  /** Lets a second pass for what looks at the clock; gives how much that is. */
  tick(): number;
  /** The server is about to stop. */
  stop(): void;
  /** Lets a request happen: `at` is now, the rest follows from the population. */
  send(wish?: Partial<EventWish>): void;
  /** Scrapes LiteLLM now. */
  scrape(): Commit;
  /** Lets time pass, scraping every `everyMs` (a minute), at the end too. */
  pass(ms: number, everyMs?: number): void;
  get(path: string, init?: RequestInit): Promise<Answer>;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests are about
  json(path: string, init?: RequestInit): Promise<any>;
};

/** Opens a world in which nothing was scraped yet. */
export function openWorld(options: WorldOptions = {}): World {
  const { zone: zoneName = "UTC", now = NOON, inFile = false, isInMemory = false, details = true } = options;
  const temporary = temporaryFolder();
  const db = inFile ? openDatabase(temporary.path) : openInMemory();
  const zone = createZone(zoneName);
  const population = options.population ?? homelabPopulation();
  const bugs: unknown[] = [];
  const state: World["state"] = {
    now,
    error: undefined,
    hasScraped: false,
    scrapes: NO_SCRAPES,
    rawSums: new Map(),
    revision: 0,
    following: undefined,
  };
  const labels = details ? "newest" : "1.82";
  const litellm = createSimulatedLiteLLM({ seed: 1, now: () => state.now, population, details, labels, buckets: 0 });
  const {
    budgets = NO_BUDGETS,
    apiKey,
    isLoopbackOnly = true,
    historySize = 168,
    url = URL_SCRAPED,
    source = url,
    basePath = "",
  } = options;
  const ledger = createLedgerService({
    path: ledgerPathOf({ ledgerPath: undefined, dbPath: temporary.path }),
    url: options.ledgerUrl,
    zone,
    now: () => state.now,
    retentionDays: 90,
  });
  const ticks = new Set<() => void>();
  const stop = new AbortController();
  const deps: ApiDeps = {
    version: "1.2.3",
    live: () => ({ ...state, db, isInMemory }),
    now: () => state.now,
    zone,
    url,
    source,
    names: NAMES,
    historySize,
    intervalMs: MINUTE,
    budgets,
    apiKey,
    ingestKey: options.ingestKey,
    ledger,
    isScraping: options.isScraping ?? true,
    following: () => state.following,
    isLoopbackOnly,
    basePath,
    page: async () => TEST_PAGE,
    every: (_ms, run) => {
      ticks.add(run);
      return () => ticks.delete(run);
    },
    stopSignal: stop.signal,
    onBug: (error) => bugs.push(error),
  };
  const app = createApp(deps);
  const scrape = (): Commit => {
    const { commit, page } = bookPage(db, litellm.page(), { at: state.now, url: deps.url, zone });
    Object.assign(state, { hasScraped: true, rawSums: page.sums, revision: state.revision + 1 });
    return commit;
  };
  const get: World["get"] = async (path, init) => app.request(path, init);
  return {
    litellm,
    db,
    path: temporary.path,
    deps,
    state,
    bugs,
    tick: () => {
      for (const run of ticks) run();
      return ticks.size;
    },
    stop: () => stop.abort(),
    scrape,
    get,
    send: (wish = {}) => litellm.send(makeEvent(population, { at: state.now, ...wish })),
    pass(ms, everyMs = MINUTE) {
      const end = state.now + ms;
      while (state.now < end) {
        state.now = Math.min(end, state.now + everyMs);
        scrape();
      }
    },
    json: async (path, init) => (await get(path, init)).json(),
    [Symbol.dispose]() {
      void ledger.close();
      db.close();
      temporary[Symbol.dispose]();
    },
  };
}
