import type { Database } from "bun:sqlite";
import type { KnownProcess } from "../../aggregator/process.ts";
import type { MetricName } from "../../litellm/metrics.ts";

/** Unsuffixed values add up the processes that answered within this many good pages. */
const ANSWERED_WITHIN_PAGES = 10;

/** A process of LiteLLM as the store knows it. */
export type Process = KnownProcess & {
  readonly lastPageAt: number;
  /** When it began, if that was taken for a restart. */
  readonly restartAt: number | undefined;
};

type Row = {
  id: number;
  start_seconds: number | null;
  restart_at: number | null;
  last_page: number;
  last_page_at: number;
};

/** The processes of a target. */
export function processesOf(db: Database, target: number): Process[] {
  return db
    .query<Row, [number]>("SELECT id, start_seconds, restart_at, last_page, last_page_at FROM process WHERE target = ?")
    .all(target)
    .map((row) => ({
      id: row.id,
      startSeconds: row.start_seconds ?? undefined,
      restartAt: row.restart_at ?? undefined,
      lastPage: row.last_page,
      lastPageAt: row.last_page_at,
    }));
}

/** Adds a process with the page that it answered first; gives its id. */
export function insertProcess(
  db: Database,
  target: number,
  process: Pick<Process, "startSeconds" | "restartAt" | "lastPage" | "lastPageAt">,
): number {
  return Number(
    db
      .query("INSERT INTO process (target, start_seconds, restart_at, last_page, last_page_at) VALUES (?, ?, ?, ?, ?)")
      .run(target, process.startSeconds ?? null, process.restartAt ?? null, process.lastPage, process.lastPageAt)
      .lastInsertRowid,
  );
}

/** Notes that a process answered a page, and that the others of its target did not. */
export function noteAnswer(db: Database, target: number, process: number, page: number, at: number): void {
  db.query("UPDATE process SET last_page = ?, last_page_at = ?, absent_since = NULL WHERE id = ?").run(
    page,
    at,
    process,
  );
  db.query("UPDATE process SET absent_since = ? WHERE target = ? AND id <> ? AND absent_since IS NULL").run(
    at,
    target,
    process,
  );
}

/** Keeps the page's own sums of a process; after a restart that no process name shows, the old ones go first. */
export function saveValues(
  db: Database,
  process: number,
  values: ReadonlyMap<MetricName, number>,
  isFresh: boolean,
): void {
  if (isFresh) db.query("DELETE FROM process_value WHERE process = ?").run(process);
  const upsert = db.query(
    `INSERT INTO process_value (process, metric, value) VALUES (?1, ?2, ?3)
     ON CONFLICT DO UPDATE SET value = ?3 WHERE value <> ?3`,
  );
  for (const [metric, value] of values) upsert.run(process, metric, value);
}

/**
 * LiteLLM's own values of each metric: the page's sums, and where several processes answered since the last restart and
 * within ten good pages, the sum of the newest page of each.
 */
export function rawValues(db: Database, target: number): Map<string, number> {
  return new Map(
    db
      .query<{ metric: string; value: number }, [number, number]>(
        `SELECT metric, SUM(value) AS value FROM process_value
         JOIN process ON process.id = process JOIN target ON target.id = process.target
         WHERE target.id = ?1 AND process.last_page > target.pages - ?2
           AND process.last_page >= target.last_restart_page GROUP BY metric`,
      )
      .all(target, ANSWERED_WITHIN_PAGES)
      .map(({ metric, value }) => [metric, value]),
  );
}
