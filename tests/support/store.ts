import type { Database } from "bun:sqlite";
import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone, type Zone } from "../../lib/aggregator/zone.ts";
import { COUNTERS, type CounterName, METRICS } from "../../lib/litellm/metrics.ts";
import { type MetricNames, type Reading, readMetrics, wantedNames } from "../../lib/litellm/reading.ts";
import { PageParser } from "../../lib/parser/page-parser.ts";
import { type Commit, commitScrape } from "../../lib/store/commit/commit-scrape.ts";
import { openForWriting, openInMemory } from "../../lib/store/open/database.ts";
import { type PageWish, pageOf } from "./page.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Thursday noon in UTC, at which nothing special happens anywhere. */
export const NOON = Date.UTC(2026, 9, 15, 12);
export const UTC = createZone("UTC");
export const URL_1 = "http://localhost:4000/metrics/";

/** The Prometheus names of LiteLLM's releases, as they are without any setting. */
export const NAMES: MetricNames = new Map(
  METRICS.map(({ name, prometheusName, olderNames }) => [name, [prometheusName, ...olderNames]]),
);

/** The default names with some metrics read under other ones. */
export function namesWith(overrides: Readonly<Record<string, readonly string[]>>): MetricNames {
  return new Map([...NAMES].map(([metric, names]) => [metric, overrides[metric] ?? names]));
}

/** A new empty database in memory. */
export function openTestStore(): Database {
  return openInMemory();
}

/** The path of a database file in a folder of its own, which goes when the test ends. */
export function temporaryPath(name = "pulse.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** Opens a connection to a database file; throws where it cannot. Without waiting for the disk, so that tests are quick. */
export function openFile(path: string): Database {
  const opened = openForWriting(path);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  opened.db.run("PRAGMA synchronous = OFF");
  return opened.db;
}

/** When and how a page is scraped. Instants are UTC milliseconds of our clock. */
export type ScrapeWish = {
  readonly at: number;
  /** LiteLLM's Date header; `at` to the second by default, null for a page without one. */
  readonly dateAt?: number | null;
  readonly now?: number;
  readonly url?: string;
  readonly zone?: Zone;
  readonly names?: MetricNames;
  readonly maxValues?: number;
};

export type Committed = Extract<Commit, { kind: "committed" }>;

/** Scrapes one page into the store, through the product's own parser. */
export function scrapeAny(db: Database, page: PageWish | string | Uint8Array, wish: ScrapeWish): Commit {
  const { at, now = at, url = URL_1, zone = UTC, names = NAMES, maxValues = 1000 } = wish;
  const reading = readingOf(typeof page === "string" || page instanceof Uint8Array ? page : pageOf(page), names);
  const dateAt = wish.dateAt === null ? undefined : (wish.dateAt ?? Math.floor(at / SECOND) * SECOND);
  return commitScrape(db, { url, reading, dateAt, readAt: at }, { now, zone, names, maxValues });
}

/** As `scrapeAny`, for a page that must not be outdated. */
export function scrape(db: Database, page: PageWish | string | Uint8Array, wish: ScrapeWish): Committed {
  const commit = scrapeAny(db, page, wish);
  if (commit.kind !== "committed") throw new Error("The page was taken for an outdated one");
  return commit;
}

/** What a page's text means; throws where it is no page. */
export function readingOf(page: string | Uint8Array, names: MetricNames = NAMES): Reading {
  const parser = new PageParser({ wants: wantedNames(names), format: "unknown" });
  parser.push(typeof page === "string" ? new TextEncoder().encode(page) : page);
  const outcome = parser.finish();
  if (outcome.kind !== "page") throw new Error(outcome.message);
  return readMetrics(outcome.page, names);
}

export type Sums = Partial<Record<CounterName, number>>;

/** The sums of a table over everything, without those that are zero. */
export function sumsOf(db: Database, table: "bucket" | "day" | "lifetime" | "snapshot"): Sums {
  const suffix = table === "snapshot" ? "_delta" : "";
  const columns = COUNTERS.map((counter) => `COALESCE(SUM(${counter}${suffix}), 0) AS ${counter}`).join(", ");
  const row = db.query<Record<string, number>, []>(`SELECT ${columns} FROM ${table}`).get() ?? {};
  return Object.fromEntries(Object.entries(row).filter(([, sum]) => Math.abs(sum) > 1e-12));
}

/** The sums of one counter by bucket start, in hours and minutes of UTC, or with the date where `dated`. */
export function bucketsOf(db: Database, counter: CounterName, dated = false): Record<string, number> {
  const rows = db
    .query<{ at: number; sum: number }, []>(`SELECT at, SUM(${counter}) AS sum FROM bucket GROUP BY at ORDER BY at`)
    .all();
  const text = (at: number) => new Date(at).toISOString().slice(dated ? 0 : 11, 16);
  return Object.fromEntries(rows.filter(({ sum }) => sum !== 0).map(({ at, sum }) => [text(at), sum]));
}

/** The sums of one counter by local day (`YYYYMMDD`). */
export function daysOf(db: Database, counter: CounterName): Record<string, number> {
  const rows = db
    .query<{ day: number; sum: number }, []>(`SELECT day, SUM(${counter}) AS sum FROM day GROUP BY day ORDER BY day`)
    .all();
  return Object.fromEntries(rows.filter(({ sum }) => Math.abs(sum) > 1e-12).map(({ day, sum }) => [day, sum]));
}

/** Everything that is in a table, for comparisons of before and after. */
export function dump(db: Database): Record<string, unknown[]> {
  const tables = db
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all();
  return Object.fromEntries(tables.map(({ name }) => [name, db.query(`SELECT * FROM ${name}`).all()]));
}
