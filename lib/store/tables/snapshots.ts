import type { Database } from "bun:sqlite";
import { COUNTERS, type CounterName, type MetricName } from "../../litellm/metrics.ts";

/** One good page: LiteLLM's own values and what was booked. Instants are UTC milliseconds. */
export type Snapshot = {
  readonly target: number;
  readonly page: number;
  readonly at: number;
  readonly isReset: boolean;
  /** By metric; a metric that LiteLLM has never shown is absent. */
  readonly values: ReadonlyMap<string, number>;
  readonly increases: ReadonlyMap<CounterName, number>;
};

type Row = { target: number; page: number; at: number; is_reset: number } & { [column: string]: number | null };

const GAUGE: MetricName = "in_flight_requests";
const columns = COUNTERS.flatMap((counter) => [counter, `${counter}_delta`]).join(", ");
const places = COUNTERS.map(() => "?, ?").join(", ");
const INSERT = `INSERT INTO snapshot (target, page, at, is_reset, ${GAUGE}, ${columns}) VALUES (?, ?, ?, ?, ?, ${places})`;

/** Adds the snapshot of a page. */
export function insertSnapshot(db: Database, snapshot: Snapshot): void {
  const { target, page, at, isReset, values, increases } = snapshot;
  const numbers = COUNTERS.flatMap((counter) => [values.get(counter) ?? null, increases.get(counter) ?? null]);
  db.query(INSERT).run(target, page, at, isReset ? 1 : 0, values.get(GAUGE) ?? null, ...numbers);
}

/** The newest snapshots of a target, oldest first. */
export function newestSnapshots(db: Database, target: number, limit: number): Snapshot[] {
  return db
    .query<Row, [number, number]>("SELECT * FROM snapshot WHERE target = ? ORDER BY page DESC LIMIT ?")
    .all(target, limit)
    .reverse()
    .map((row) => ({
      target: row.target,
      page: row.page,
      at: row.at,
      isReset: row.is_reset === 1,
      values: numbersOf(row, [...COUNTERS, GAUGE], ""),
      increases: numbersOf(row, COUNTERS, "_delta"),
    }));
}

/** When restarts of LiteLLM were seen in a window, the newest first; at most `limit`, as far back as snapshots are kept. */
export function restartsIn(db: Database, fromAt: number, toAt: number, limit: number): number[] {
  return db
    .query<{ at: number }, [number, number, number]>(
      "SELECT at FROM snapshot WHERE is_reset = 1 AND at >= ? AND at < ? ORDER BY at DESC LIMIT ?",
    )
    .all(fromAt, toAt, limit)
    .map(({ at }) => at);
}

function numbersOf<Name extends string>(row: Row, names: readonly Name[], suffix: string): Map<Name, number> {
  return new Map(
    names.flatMap((name) => {
      const value = row[`${name}${suffix}`];
      return value === null || value === undefined ? [] : [[name, value] as const];
    }),
  );
}
