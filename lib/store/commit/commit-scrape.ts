import type { Database } from "bun:sqlite";
import type { Zone } from "../../aggregator/zone.ts";
import { countersOf, type MetricNames, type Reading } from "../../litellm/reading.ts";
import { processesOf } from "../tables/processes.ts";
import type { Target } from "../tables/targets.ts";
import { type BookedPage, bookPage } from "./book-page.ts";
import { useZone } from "./days.ts";
import { locateTarget } from "./locate-target.ts";
import { type Matched, matchPage } from "./match-series.ts";
import { observationsOf } from "./observations.ts";
import { namesOfPage } from "./page-names.ts";
import { atOnce, type Steps } from "./steps.ts";

/** A skew up to this comes from the whole seconds of the Date header. */
const SKEW_FROM_MS = 2000;

/** One good page as it was read. */
export type ScrapedPage = {
  readonly url: string;
  readonly reading: Reading;
  /** The page's Date header on LiteLLM's clock, if it had one. */
  readonly dateAt: number | undefined;
  /** When it was asked for, on our clock: it is no older than this. `readAt` where it is not known. */
  readonly askedAt?: number;
  /** When its head arrived, on our clock. */
  readonly readAt: number;
  /** Number of the newest page of its URL that was booked before it was asked for; undefined where no file said so. */
  readonly pagesBefore?: number | undefined;
};

export type CommitOptions = {
  readonly now: number;
  readonly zone: Zone;
  readonly names: MetricNames;
  readonly maxValues: number;
};

export type Commit =
  /** A newer page is already booked, by another process on the same file. */
  | { readonly kind: "outdated" }
  | (BookedPage & {
      readonly kind: "committed";
      readonly target: number;
      /** Its number among the pages of its target. */
      readonly page: number;
      /** The URL now stands for a target that was known under another. */
      readonly movedHere: boolean;
    });

/**
 * Books one good page in one transaction: counter state, buckets, days, lifetime, snapshot (accounting rules 1
 * to 7). State is read inside the transaction, so that several writers on one file count nothing twice. Throws what
 * SQLite throws (disk full, busy, damaged); nothing is changed then.
 */
export function commitScrape(db: Database, page: ScrapedPage, options: CommitOptions): Commit {
  return atOnce(commitInSteps(db, page, options));
}

/**
 * As `commitScrape`, in steps. The transaction is open between them, so nobody else may use the connection until they
 * have ended; other connections read what was there before.
 */
export function* commitInSteps(db: Database, page: ScrapedPage, options: CommitOptions): Steps<Commit> {
  db.run("BEGIN IMMEDIATE");
  try {
    const commit = yield* commitPage(db, page, options);
    db.run("COMMIT");
    return commit;
  } finally {
    if (db.inTransaction) db.run("ROLLBACK");
  }
}

/** Finds out whose page it is and who answered it, and books it unless a newer one is booked already. */
function* commitPage(
  db: Database,
  scraped: ScrapedPage,
  { now, zone, names, maxValues }: CommitOptions,
): Steps<Commit> {
  useZone(db, zone);
  const { reading, dateAt, readAt } = scraped;
  const { startSeconds } = reading;
  const markAt = dateAt === undefined ? readAt : dateAt - 1000;
  const { target, movedHere } = locateTarget(db, scraped.url, reading, readAt, markAt);
  const isFirst = target.pages === 0;
  const isOvertaken = !isFirst && wasOvertaken(scraped, target, { now, movedHere });
  // The time of a page that was read before the clock was set back says nothing.
  const isOlder = readAt > now ? isOvertaken : readAt < target.lastPageAt && target.lastPageAt <= now;
  if (!isFirst && isOlder) return { kind: "outdated" };

  const pageNames = namesOfPage(db, target.id, reading, names, { page: target.pages + 1, markAt });
  const observations = yield* observationsOf(countersOf(pageNames.chosen), reading, pageNames.markOf);
  const skewMs = dateAt === undefined || Math.abs(readAt - dateAt) <= SKEW_FROM_MS ? 0 : readAt - dateAt;
  const processes = processesOf(db, target.id);
  const toMatch = { startSeconds, observations, names: pageNames.read, skewMs };
  const matchedPage = yield* matchPage(db, target.id, toMatch, processes);
  if (isOvertaken && matchedPage.matched.some(isLower)) return { kind: "outdated" };

  const page = { reading, at: readAt, skewMs, names: pageNames, ...matchedPage };
  const booked = yield* bookPage(db, target, processes, page, { zone, maxValues });
  return { kind: "committed", target: target.id, page: target.pages + 1, movedHere, ...booked };
}

/**
 * Whether another page was booked after this one was asked for, so that either may show the older state. The clock tells,
 * and the number of pages, which a page that waited for the disk while the clock was set needs.
 */
function wasOvertaken(
  { askedAt, readAt, pagesBefore }: ScrapedPage,
  target: Target,
  { now, movedHere }: { readonly now: number; readonly movedHere: boolean },
): boolean {
  if ((askedAt ?? readAt) < target.lastPageAt && target.lastPageAt <= now) return true;
  return pagesBefore !== undefined && !movedHere && target.pages > pagesBefore;
}

function isLower({ observation, known }: Matched): boolean {
  return known?.value !== undefined && observation.value < known.value;
}
