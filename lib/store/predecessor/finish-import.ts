import type { Database } from "bun:sqlite";
import { QUIET_WATCH } from "../../aggregator/turns.ts";
import type { MetricNames } from "../../litellm/reading.ts";
import { insertMark } from "../tables/marks.ts";
import { pointUrlAt, saveTarget, targetById } from "../tables/targets.ts";
import type { PredecessorColumns } from "./columns.ts";
import { keepLastValues } from "./last-values.ts";
import { type Progress, writeProgress } from "./progress.ts";

/** The predecessor's times are whole seconds: a series that began within its last one may have been on its last page. */
const REST_OF_SECOND_MS = 999;

/**
 * Makes the imported rows the history of the target that the configured URL stands for: it goes on after the last row,
 * every mapped name has its mark there, and LiteLLM's last values wait for the first good page. Can be done again after
 * more rows. Notes where the original goes.
 */
export function finishImport(
  db: Database,
  progress: Progress,
  options: {
    readonly url: string;
    readonly names: MetricNames;
    readonly columns: PredecessorColumns;
    readonly copy: string;
  },
): Progress {
  const finished = { ...progress, copy: options.copy };
  db.transaction(() => {
    if (progress.target !== undefined) finishTarget(db, progress, progress.target, options);
    writeProgress(db, finished);
  }).immediate();
  return finished;
}

function finishTarget(
  db: Database,
  { judge, firstAt, lastAt, models, restarts, lastRestartPage }: Progress,
  id: number,
  { url, names, columns }: Parameters<typeof finishImport>[2],
): void {
  const at = lastAt ?? judge.at ?? 0;
  pointUrlAt(db, url, id);
  db.query("UPDATE target SET url = ?, counted_from = ?, first_page_at = ?, first_mark_at = ? WHERE id = ?").run(
    url,
    firstAt ?? at,
    at,
    at,
    id,
  );
  saveTarget(db, {
    ...targetById(db, id),
    lastPageAt: at,
    pages: judge.page,
    restarts,
    lastRestartPage,
    turns: QUIET_WATCH,
  });
  db.query("DELETE FROM mark WHERE target = ?").run(id);
  for (const name of new Set([...names.values()].flat())) insertMark(db, id, name, judge.page, at + REST_OF_SECOND_MS);
  const flat = new Map([...columns.counters].map((index) => [index, judge.last?.[index] ?? 0]));
  keepLastValues(db, id, flat, models);
}
