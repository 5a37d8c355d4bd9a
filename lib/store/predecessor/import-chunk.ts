import type { Database } from "bun:sqlite";
import { CLOCK_IS_SET_FROM } from "../../aggregator/spread.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { cellOfModel } from "../../litellm/dimensions.ts";
import { COUNTERS, type MetricName } from "../../litellm/metrics.ts";
import { bookTally } from "../commit/book.ts";
import { useZone } from "../commit/days.ts";
import { atOnce } from "../commit/steps.ts";
import { Tally } from "../commit/tally.ts";
import { openCells } from "../tables/cells.ts";
import { insertSnapshot } from "../tables/snapshots.ts";
import { insertTarget } from "../tables/targets.ts";
import { bookMoment, momentsOf } from "./book-moment.ts";
import type { PredecessorColumns } from "./columns.ts";
import { unlessDamaged } from "./damage.ts";
import { createModelJudge } from "./judge-models.ts";
import { type JudgedRow, judgeRows, LOOKAHEAD } from "./judge-rows.ts";
import { modelsOfMoments } from "./models-of-moments.ts";
import { addToRuns } from "./observed-runs.ts";
import { type Progress, writeProgress } from "./progress.ts";
import type { RowReader, ScrapeRow } from "./read-rows.ts";

/** What every stretch of a take-over is imported with. */
export type ImportContext = {
  /** The database that is being filled. */
  readonly db: Database;
  readonly reader: RowReader;
  readonly columns: PredecessorColumns;
  /** The key of the configured URL (see `targetKey`). */
  readonly url: string;
  readonly zone: Zone;
  readonly maxValues: number;
};

/**
 * Books the next stretch of about `size` scrapes in one transaction, progress included; undefined where there is none
 * left.
 */
export function importChunk(context: ImportContext, progress: Progress, size: number): Progress | undefined {
  const { db, reader, columns } = context;
  const rows = reader.scrapes(progress.scrapeId, size + LOOKAHEAD);
  const count = stretchOf(rows, size);
  const last = rows[count - 1];
  if (!last) return undefined;
  const { judged, state } = judgeRows(columns, progress.judge, rows, count);
  const moments = momentsOf(judged);
  const isRepeated = (rows[0]?.at ?? 0) <= progress.newestAt;
  const found = unlessDamaged(() =>
    modelsOfMoments(reader, moments, {
      untilAt: rows[count]?.at,
      repeatsLater: reader.repeats(last.id, moments[0]?.at ?? 0, last.at),
      afterId: isRepeated ? progress.modelId : 0,
    }),
  );
  return db
    .transaction(() => {
      useZone(db, context.zone);
      const models = new Map([...progress.models].map(([model, values]) => [model, [...values]]));
      const tally = new Tally();
      const books = { models: createModelJudge(models), tally, cellOf: cellFinder(context), zone: context.zone };
      let { corrected } = progress;
      for (const moment of moments) corrected += bookMoment(moment, found?.rows.get(moment.at) ?? [], books);
      atOnce(bookTally(db, tally, context.zone));
      const target = progress.target ?? insertTarget(db, context.url, last.at, last.at).id;
      for (const one of judged) snapshot(db, target, one, columns);
      const clocked = judged.filter(({ row }) => row.at >= CLOCK_IS_SET_FROM);
      const restarts = judged.filter(({ isRestart }) => isRestart);
      const next: Progress = {
        ...progress,
        scrapeId: last.id,
        scrapeAt: last.at,
        modelId: Math.max(progress.modelId, found?.lastId ?? 0),
        newestAt: Math.max(progress.newestAt, ...judged.map(({ row }) => row.at)),
        judge: state,
        models,
        firstAt: progress.firstAt ?? clocked[0]?.row.at,
        lastAt: clocked.at(-1)?.row.at ?? progress.lastAt,
        run: addToRuns(db, target, progress.run, clocked),
        target,
        restarts: progress.restarts + restarts.length,
        lastRestartPage: restarts.at(-1)?.page ?? progress.lastRestartPage,
        corrected,
        isDamaged: progress.isDamaged || found === undefined,
      };
      writeProgress(db, next);
      return next;
    })
    .immediate();
}

/** How many rows belong to a stretch: it ends where the clock was set back, and never within a second. */
function stretchOf(rows: readonly ScrapeRow[], size: number): number {
  let count = 0;
  while (count < rows.length) {
    const [before, next] = [rows[count - 1], rows[count]];
    if (before && next && (next.at < before.at || (count >= size && next.at > before.at))) break;
    count += 1;
  }
  return count;
}

function cellFinder({ db, maxValues }: ImportContext): (model: string) => number {
  const cells = openCells(db, maxValues);
  const known = new Map<string, number>();
  return (model) => {
    const id = known.get(model) ?? cells.idOf(cellOfModel(model));
    known.set(model, id);
    return id;
  };
}

function snapshot(db: Database, target: number, judged: JudgedRow, columns: PredecessorColumns): void {
  const { row, page, isRestart, amounts } = judged;
  const counters = COUNTERS.flatMap((counter, index) =>
    columns.counters.has(index) ? [[counter, index] as const] : [],
  );
  const values = new Map<MetricName, number>(counters.map(([counter, index]) => [counter, row.raw[index] ?? 0]));
  if (row.inFlight !== undefined) values.set("in_flight_requests", row.inFlight);
  const increases = new Map(counters.map(([counter, index]) => [counter, amounts[index] ?? 0]));
  insertSnapshot(db, { target, page, at: row.at, isReset: isRestart, values, increases });
}
