import type { Database } from "bun:sqlite";
import { COUNTERS } from "../../litellm/metrics.ts";
import type { PredecessorColumns } from "./columns.ts";

/** One row of `scrapes`. Counters stand in the order of `COUNTERS`; 0 stands for what is missing or no number. */
export type ScrapeRow = {
  readonly id: number;
  /** UTC milliseconds. */
  readonly at: number;
  readonly isReset: boolean;
  readonly raw: readonly number[];
  readonly delta: readonly number[];
  readonly inFlight: number | undefined;
};

/** One row of `model_snapshots`, with the time in UTC seconds and metric and model as one text, for one look-up. */
export type ModelRow = readonly [id: number, ts: number, metricAndModel: string, raw: number, delta: number];

/** What is asked of `model_snapshots`: times in UTC seconds, both inclusive. */
type ModelRange = {
  readonly fromTs: number;
  readonly toTs: number;
  readonly afterId: number;
  /** Rows of these times lie together, since the clock was not set back. */
  readonly isOnce: boolean;
};

/** Reads a predecessor's database in the order in which it was written. */
export type RowReader = {
  count(): number;
  /** Rows behind an id, in its order; none where a damaged file has none that rise. */
  scrapes(afterId: number, limit: number): ScrapeRow[];
  /** Whether rows that were written later are of the same time: the clock was set back. */
  repeats(lastId: number, fromAt: number, toAt: number): boolean;
  models(range: ModelRange): readonly ModelRow[];
};

const MODEL_ROWS = "SELECT id, ts, metric || ' ' || model, raw, delta FROM model_snapshots";
const HAS_MODEL = "model IS NOT NULL AND metric IS NOT NULL";

/** Makes the reader of an open database. */
export function createRowReader(db: Database, columns: PredecessorColumns): RowReader {
  const known = [...columns.counters];
  const selected = known.flatMap((index) => [`raw_${COUNTERS[index]}`, `delta_${COUNTERS[index]}`]);
  const gauge = columns.hasGauge ? "raw_in_flight_requests" : "NULL";
  const scrapes = `SELECT ${["id", "ts", "is_reset", gauge, ...selected].join(", ")} FROM scrapes
    WHERE id > ? ORDER BY id LIMIT ?`;
  return {
    count: () => db.query<{ n: number }, []>("SELECT COUNT(*) AS n FROM scrapes").get()?.n ?? 0,
    scrapes: (afterId, limit) => {
      const rows = db
        .query(scrapes)
        .values(afterId, limit)
        .map(([id, ts, isReset, inFlight, ...numbers]) => ({
          id: Number(id),
          at: Number(ts) * 1000,
          isReset: Number(isReset) === 1,
          raw: pick(numbers, 0, known),
          delta: pick(numbers, 1, known),
          inFlight: inFlight === null ? undefined : usable(inFlight),
        }));
      return rows.slice(0, risingLength(rows, afterId));
    },
    repeats: (lastId, fromAt, toAt) =>
      db
        .query("SELECT 1 FROM scrapes WHERE ts BETWEEN ? AND ? AND id > ? LIMIT 1")
        .get(fromAt / 1000, toAt / 1000, lastId) !== null,
    models: (range) => (columns.hasModels ? modelRows(db, range) : []),
  };
}

/** How many rows rise by id: in a damaged file the same ones may come again, for ever. */
function risingLength(rows: readonly ScrapeRow[], afterId: number): number {
  const end = rows.findIndex(({ id }, i) => !(id > (rows[i - 1]?.id ?? afterId)));
  return end === -1 ? rows.length : end;
}

/** Reading by id is twice as fast, but after a clock was set back anything may lie between two ids. */
function modelRows(db: Database, { fromTs, toTs, afterId, isOnce }: ModelRange): ModelRow[] {
  const edge = (order: "ASC" | "DESC") =>
    db
      .query<{ id: number }, [number, number, number]>(
        `SELECT id FROM model_snapshots WHERE ts BETWEEN ? AND ? AND id > ? ORDER BY ts ${order}, id ${order} LIMIT 1`,
      )
      .get(fromTs, toTs, afterId)?.id ?? 0;
  const rows = isOnce
    ? db.query(`${MODEL_ROWS} WHERE id BETWEEN ? AND ? AND ${HAS_MODEL} ORDER BY id`).values(edge("ASC"), edge("DESC"))
    : db
        .query(`${MODEL_ROWS} WHERE ts BETWEEN ? AND ? AND id > ? AND ${HAS_MODEL} ORDER BY id`)
        .values(fromTs, toTs, afterId);
  // SQLite's values have no types of their own; what is no usable number is sorted out where it is judged.
  return rows as unknown as ModelRow[];
}

/** Every second of the numbers, beginning at `offset`, under the positions of the counters that are there. */
function pick(numbers: readonly unknown[], offset: 0 | 1, known: readonly number[]): number[] {
  const picked = COUNTERS.map(() => 0);
  for (const [position, index] of known.entries()) {
    const number = numbers[2 * position + offset];
    picked[index] = offset === 0 ? Math.max(0, usable(number)) : usable(number);
  }
  return picked;
}

function usable(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
