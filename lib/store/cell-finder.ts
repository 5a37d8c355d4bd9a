import type { Database } from "bun:sqlite";
import { createDeployments, type Deployment } from "../litellm/deployments.ts";
import { type Cells, openCells } from "./cells.ts";
import type { Observation } from "./observations.ts";
import type { SeriesState } from "./series.ts";

type Row = Deployment & { model_id: string };

/**
 * Gives each series of a page its cell. What the page says of its deployments is learned and remembered first, so that
 * every series of the page profits; where there is no news, a known series keeps the cell that it has.
 */
export function createCellFinder(
  db: Database,
  target: number,
  observations: readonly Observation[],
  maxValues: number,
): (observation: Observation, known: SeriesState | undefined) => number {
  const rows = db
    .query<Row, [number]>("SELECT model_id, model, model_group, provider FROM deployment WHERE target = ?")
    .all(target);
  const deployments = createDeployments(rows.map(({ model_id, ...deployment }) => [model_id, deployment]));
  let hasNews = false;
  for (const { labelSet } of observations) hasNews = deployments.learn((name) => labelSet.get(name)) || hasNews;
  if (hasNews) {
    const upsert = db.query(
      "INSERT OR REPLACE INTO deployment (target, model_id, model, model_group, provider) VALUES (?, ?, ?, ?, ?)",
    );
    for (const [id, { model, model_group, provider }] of deployments.all) {
      upsert.run(target, id, model, model_group, provider);
    }
  }
  let cells: Cells | undefined;
  return (observation, known) => {
    if (known && !hasNews) return known.cell;
    cells ??= openCells(db, maxValues);
    return cells.idOf(deployments.resolve((name) => observation.labelSet.get(name)));
  };
}
