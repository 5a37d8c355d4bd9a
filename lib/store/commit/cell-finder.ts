import type { Database } from "bun:sqlite";
import { createDeployments, type Deployment } from "../../litellm/deployments.ts";
import type { LabelSet } from "../../parser/label-set.ts";
import { type Cells, openCells } from "../tables/cells.ts";
import type { Matched } from "./match-series.ts";
import { forEachInSteps, type Steps } from "./steps.ts";

type Row = Deployment & { model_id: string };

/**
 * Gives each series of a page its cell. What new series and the page's `deployments` say is learned and remembered first,
 * so that every series of the page profits; where there is no news, a known series keeps the cell that it has.
 */
export function* createCellFinder(
  db: Database,
  target: number,
  page: { readonly matched: readonly Matched[]; readonly deployments: readonly LabelSet[] },
  maxValues: number,
): Steps<(matched: Matched) => number> {
  const rows = db
    .query<Row, [number]>("SELECT model_id, model, model_group, provider FROM deployment WHERE target = ? ORDER BY id")
    .all(target);
  const deployments = createDeployments(rows.map(({ model_id, ...deployment }) => [model_id, deployment]));
  yield* forEachInSteps(page.matched, ({ observation, known }) => {
    if (!known) deployments.learn((name) => observation.labelSet.get(name));
  });
  for (const labels of page.deployments) deployments.learn((name) => labels.get(name));
  const insert = db.query(
    "INSERT INTO deployment (target, model_id, model, model_group, provider) VALUES (?, ?, ?, ?, ?)",
  );
  for (const [id, { model, model_group, provider }] of deployments.news) {
    insert.run(target, id, model, model_group, provider);
  }
  let cells: Cells | undefined;
  return ({ observation, known }) => {
    if (known && deployments.news.length === 0) return known.cell;
    cells ??= openCells(db, maxValues);
    return cells.idOf(deployments.resolve((name) => observation.labelSet.get(name)));
  };
}
