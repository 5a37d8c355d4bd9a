import type { Database } from "bun:sqlite";
import { PLAIN_INTERVAL_MS } from "../../aggregator/spread.ts";
import type { ObservedRun } from "../tables/observed.ts";
import type { JudgedRow } from "./judge-rows.ts";

/** Writes the observed runs that rows make or prolong, and gives the one that later rows may prolong. */
export function addToRuns(
  db: Database,
  target: number,
  open: ObservedRun | undefined,
  rows: readonly Pick<JudgedRow, "from" | "to" | "row">[],
): ObservedRun | undefined {
  const write = db.query(
    `INSERT INTO observed (target, from_at, to_at, estimated) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET to_at = MAX(to_at, excluded.to_at), estimated = excluded.estimated`,
  );
  let run = open;
  const close = () => run && write.run(target, run.fromAt, run.toAt, run.isEstimated ? 1 : 0);
  for (const { row } of rows) {
    const from = run && run.toAt <= row.at ? run.toAt : row.at;
    const isEstimated = row.at - from > PLAIN_INTERVAL_MS;
    if (run && from === run.toAt && (isEstimated === run.isEstimated || run.fromAt === run.toAt)) {
      run = { fromAt: run.fromAt, toAt: row.at, isEstimated };
      continue;
    }
    close();
    run = { fromAt: from, toAt: row.at, isEstimated };
  }
  close();
  return run;
}
