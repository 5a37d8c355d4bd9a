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
  // The counters of a request share one label set.
  const toLearn = new Set<LabelSet>();
  for (const { observation, known } of page.matched) if (!known) toLearn.add(observation.labelSet);
  yield* forEachInSteps(toLearn, (labels) => deployments.learn((name) => labels.get(name)));
  for (const labels of page.deployments) deployments.learn((name) => labels.get(name));
  const insert = db.query(
    "INSERT INTO deployment (target, model_id, model, model_group, provider) VALUES (?, ?, ?, ?, ?)",
  );
  for (const [id, { model, model_group, provider }] of deployments.news) {
    insert.run(target, id, model, model_group, provider);
  }
  let cells: Cells | undefined;
  const found = new Map<LabelSet, number>();
  return ({ observation: { labelSet }, known }) => {
    if (known && deployments.news.length === 0) return known.cell;
    cells ??= openCells(db, maxValues);
    const cell = found.get(labelSet) ?? cells.idOf(deployments.resolve((name) => labelSet.get(name)));
    found.set(labelSet, cell);
    return cell;
  };
}
