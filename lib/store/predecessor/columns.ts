import type { Database } from "bun:sqlite";
import { COUNTERS } from "../../litellm/metrics.ts";

const GAUGE = "in_flight_requests";
const MODEL_COLUMNS = ["ts", "model", "metric", "raw", "delta"];

/** What the tables of a predecessor's database hold of what we know. Counters are positions in `COUNTERS`. */
export type PredecessorColumns = {
  readonly counters: ReadonlySet<number>;
  /** Counters whose columns an upgrade added: until it, their values are the column's default and no reading. */
  readonly added: ReadonlySet<number>;
  readonly hasGauge: boolean;
  /** Whether there is a usable `model_snapshots`, which releases before 0.3 did not have. */
  readonly hasModels: boolean;
};

/** Reads the columns of the tables; undefined where `scrapes` is not the predecessor's. */
export function columnsOf(db: Database): PredecessorColumns | undefined {
  const columns = namesOf(db, "scrapes");
  const positions = new Map(columns.map((name, position) => [name, position]));
  const counters = new Set(
    [...COUNTERS.keys()].filter(
      (index) => positions.has(`raw_${COUNTERS[index]}`) && positions.has(`delta_${COUNTERS[index]}`),
    ),
  );
  const hasMetric = columns.some((name) => name.startsWith("raw_") && positions.has(name.replace("raw_", "delta_")));
  if (!positions.has("ts") || !positions.has("is_reset") || !hasMetric) return undefined;
  // The predecessor makes all raw columns before all delta columns; what it adds later stands at the end.
  const firstDelta = columns.findIndex((name) => name.startsWith("delta_"));
  const isAdded = (index: number) => (positions.get(`raw_${COUNTERS[index]}`) ?? 0) > firstDelta;
  const modelColumns = new Set(namesOf(db, "model_snapshots"));
  return {
    counters,
    added: new Set([...counters].filter(isAdded)),
    hasGauge: positions.has(`raw_${GAUGE}`),
    hasModels: MODEL_COLUMNS.every((name) => modelColumns.has(name)),
  };
}

function namesOf(db: Database, table: "scrapes" | "model_snapshots"): string[] {
  return db
    .query<{ name: string }, []>(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => name);
}
