import type { TestDatabase } from "../../support/postgres.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { DAY } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { type LedgerPlan, type LedgerStep, PAST_MS } from "./plan.ts";
import { countWritten, keepWritten } from "./written.ts";

/** The rows of LiteLLM's table in a world. */
export type SourceRows = {
  /** How many were ever written, or are being written. */
  readonly announced: number;
  /** Writes those of a step. */
  write(step: LedgerStep): Promise<void>;
  deleteBefore(at: number): Promise<void>;
};

/** Makes the rows of a world's source; every row that is written is kept aside. */
export async function createSourceRows(plan: LedgerPlan, database: TestDatabase, tally: Tally): Promise<SourceRows> {
  let written = 0;
  let announced = 0;
  let before = plan.from - PAST_MS;
  await keepWritten(database);

  const fill = async (rows: number, until: number, days: number, seed: number): Promise<void> => {
    await fillSpendLogs(database.sql, { rows, days, until, seed, from: written });
    written += rows;
  };

  return {
    get announced() {
      return announced;
    },
    async write(step) {
      announced = written + step.rows + step.late.reduce((sum, { rows }) => sum + rows, 0);
      await fill(step.rows, step.at, (step.at - before) / DAY, ((plan.seed + written) % 997) / 997);
      before = step.at;
      for (const late of step.late) {
        await fill(late.rows, step.at - late.ms, 0.001, 0.5);
        tally.count("late rows", late.rows);
      }
      if ((await countWritten(database)) !== written)
        tally.differ(`${written} rows were written, but not all were kept`);
    },
    async deleteBefore(at) {
      const cutoff = new Date(at).toISOString().slice(0, -1);
      const gone = await database.sql`DELETE FROM "LiteLLM_SpendLogs" WHERE "startTime" < ${cutoff}::text::timestamp`;
      tally.count("rows deleted at the source", gone.count);
    },
  };
}
