import type { Database } from "bun:sqlite";
import type { Hono } from "hono";
import type { Zone } from "../aggregator/zone.ts";
import type { MetricNames } from "../litellm/reading.ts";
import type { FollowState } from "../query/health/follow-health.ts";
import type { Budgets } from "../query/usage/budget.ts";
import type { Every } from "./events.ts";
import type { LedgerAccess } from "./ledger-access.ts";
import type { Page } from "./page.ts";

/** How the scrapes of this process go; counts are since it started. */
export type ScrapeFigures = {
  readonly good: number;
  readonly failed: number;
  /** Good pages that the database refused. */
  readonly unbooked: number;
  /** Of the last scrape; undefined before the first. */
  readonly durationMs: number | undefined;
  /** Series on the newest good page. */
  readonly series: number;
  readonly refusedSamples: number;
  readonly skippedLines: number;
};

/** The figures of a process that has not scraped yet. */
export const NO_SCRAPES: ScrapeFigures = {
  good: 0,
  failed: 0,
  unbooked: 0,
  durationMs: undefined,
  series: 0,
  refusedSamples: 0,
  skippedLines: 0,
};

/** What the scrape loop of this process knows; read anew for each answer. */
export type LiveState = {
  /** The store that answers come from. */
  readonly db: Database;
  readonly isInMemory: boolean;
  /** Why the last scrape or its booking failed; undefined while all is well. */
  readonly error: string | undefined;
  /** Whether this process has had a good page. */
  readonly hasScraped: boolean;
  readonly scrapes: ScrapeFigures;
  /** Sums of every sample name of the newest good page. */
  readonly rawSums: ReadonlyMap<string, number>;
  /** Counts the changes of everything above. */
  readonly revision: number;
};

/** What the API is built from. Everything in it comes from the caller. */
export type ApiDeps = {
  /** The version of this program. */
  readonly version: string;
  readonly live: () => LiveState;
  readonly now: () => number;
  readonly zone: Zone;
  /** The configured URL, and the same as it may be shown. */
  readonly url: string;
  readonly source: string;
  readonly names: MetricNames;
  readonly historySize: number;
  readonly intervalMs: number;
  readonly budgets: Budgets;
  readonly apiKey: string | undefined;
  /** A key that is good for `POST /ingest` only. */
  readonly ingestKey: string | undefined;
  readonly ledger: LedgerAccess;
  /** Whether LiteLLM's page is scraped; not where only the ledger's source was configured. */
  readonly isScraping: boolean;
  /** How following the ledger's source goes; undefined where none is configured. */
  readonly following: () => FollowState | undefined;
  /** Whether the server listens on a loopback address only. */
  readonly isLoopbackOnly: boolean;
  /** LiteLLM's spend API, made when it is first asked. */
  readonly spend?: () => Promise<Hono>;
  /** The path under which everything is served: empty, or `/pulse`. */
  readonly basePath: string;
  /** Loads the dashboard. */
  readonly page: () => Promise<Page>;
  readonly every: Every;
  /** Aborted when the server is about to stop; ends the streams of events. */
  readonly stopSignal: AbortSignal;
  /** Called with an error that no route expected; the client gets a plain 500, or 503 where it is the database's. */
  readonly onBug: (error: unknown) => void;
};
