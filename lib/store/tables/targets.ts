import type { Database } from "bun:sqlite";
import { CLOCK_IS_SET_FROM } from "../../aggregator/spread.ts";
import { QUIET_WATCH, type TurnWatch } from "../../aggregator/turns.ts";
import { isSimulatedUrl } from "../../litellm/simulated.ts";

/** The first mark is LiteLLM's `Date`, which is cut to the second, less a second. */
const MARK_BEFORE_MS = 2000;
/** A mark that is this much before its page tells nothing but that the answer took its time. */
const SAME_CLOCK_MS = 3000;

/** One LiteLLM and where its accounting stands. `…MarkAt` and `forgottenBefore` are on LiteLLM's clock. */
export type Target = {
  readonly id: number;
  readonly firstPageAt: number;
  readonly firstMarkAt: number;
  readonly lastPageAt: number;
  /** Number of its newest good page, counted from 1. */
  readonly pages: number;
  readonly lastProcess: number | undefined;
  readonly restarts: number;
  readonly lastRestartPage: number;
  readonly forgottenBefore: number | undefined;
  readonly turns: TurnWatch;
  /** Whether the newest good page had no metric of LiteLLM's. */
  readonly isForeign: boolean;
  /** Whether it is the simulated one of `demo`. */
  readonly isSimulated: boolean;
};

type Row = {
  id: number;
  url: string;
  first_page_at: number;
  first_mark_at: number;
  last_page_at: number;
  pages: number;
  last_process: number | null;
  restarts: number;
  last_restart_page: number;
  forgotten_before: number | null;
  turns: string | null;
  is_foreign: number;
};

/** The target that is known under a URL key (see `targetKey`). */
export function targetByUrl(db: Database, url: string): Target | undefined {
  const row = db
    .query<Row, [string]>("SELECT target.* FROM target_url JOIN target ON target.id = target WHERE target_url.url = ?")
    .get(url);
  return row ? toTarget(row) : undefined;
}

/** Number of the newest good page of the target that is known under a URL key; 0 before the first. */
export function pagesOf(db: Database, url: string): number {
  const row = db
    .query<{ pages: number }, [string]>(
      "SELECT pages FROM target_url JOIN target ON target.id = target WHERE target_url.url = ?",
    )
    .get(url);
  return row?.pages ?? 0;
}

/** The target of an id, which must exist. */
export function targetById(db: Database, id: number): Target {
  const row = db.query<Row, [number]>("SELECT * FROM target WHERE id = ?").get(id);
  if (!row) throw new RangeError(`No target has the id ${id}`);
  return toTarget(row);
}

/** Every target that had a good page. */
export function allTargets(db: Database): Target[] {
  return db.query<Row, []>("SELECT * FROM target WHERE pages > 0").all().map(toTarget);
}

/** Makes a target that has not had a page yet. */
export function insertTarget(db: Database, url: string, at: number, markAt: number): Target {
  const { lastInsertRowid } = db
    .query("INSERT INTO target (url, first_page_at, first_mark_at, last_page_at, pages) VALUES (?, ?, ?, ?, 0)")
    .run(url, at, markAt, at);
  return targetById(db, Number(lastInsertRowid));
}

/** Lets a URL stand for a target, whatever it stood for before. */
export function pointUrlAt(db: Database, url: string, target: number): void {
  db.query("INSERT INTO target_url (url, target) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET target = ?2").run(
    url,
    target,
  );
}

/** Writes where a target stands after a good page. */
export function saveTarget(db: Database, target: Target): void {
  db.query(
    `UPDATE target SET last_page_at = ?, pages = ?, last_process = ?, restarts = ?, last_restart_page = ?,
       forgotten_before = ?, turns = ?, is_foreign = ? WHERE id = ?`,
  ).run(
    target.lastPageAt,
    target.pages,
    target.lastProcess ?? null,
    target.restarts,
    target.lastRestartPage,
    target.forgottenBefore ?? null,
    turnsText(target.turns),
    target.isForeign ? 1 : 0,
    target.id,
  );
}

/** What tells targets apart: the URL without credentials, fragment, query and closing slash. */
export function targetKey(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}

/**
 * How many milliseconds LiteLLM's clock was ahead of ours at the first good page, never too few and at most a second too many. 0 where they agree as far as a `Date` to the second and a slow answer tell, or where ours was not set.
 */
export function clockAheadMs({ firstPageAt, firstMarkAt }: Pick<Target, "firstPageAt" | "firstMarkAt">): number {
  const markAheadMs = firstMarkAt - firstPageAt;
  const isSame = markAheadMs <= 0 && markAheadMs >= -SAME_CLOCK_MS;
  return isSame || firstPageAt < CLOCK_IS_SET_FROM ? 0 : markAheadMs + MARK_BEFORE_MS;
}

function toTarget(row: Row): Target {
  return {
    id: row.id,
    firstPageAt: row.first_page_at,
    firstMarkAt: row.first_mark_at,
    lastPageAt: row.last_page_at,
    pages: row.pages,
    lastProcess: row.last_process ?? undefined,
    restarts: row.restarts,
    lastRestartPage: row.last_restart_page,
    forgottenBefore: row.forgotten_before ?? undefined,
    turns: row.turns === null ? QUIET_WATCH : parseTurns(row.turns),
    isForeign: row.is_foreign === 1,
    isSimulated: isSimulatedUrl(row.url),
  };
}

function turnsText(turns: TurnWatch): string | null {
  if (!turns.isInTurn && turns.falls.size === 0 && turns.highs.size === 0) return null;
  return JSON.stringify({ ...turns, falls: [...turns.falls], highs: [...turns.highs] });
}

/** What was kept of a watch, or a new one where a damaged disk changed it. */
function parseTurns(text: string): TurnWatch {
  try {
    const turns = JSON.parse(text);
    return { ...QUIET_WATCH, ...turns, falls: new Map(turns.falls), highs: new Map(turns.highs) };
  } catch {
    return QUIET_WATCH;
  }
}
