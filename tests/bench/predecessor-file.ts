import { Database } from "bun:sqlite";
import { METRICS } from "../../lib/litellm/metrics.ts";

const MINUTE_SECONDS = 60;
/** LiteLLM restarts so often, and a model is missing from one scrape now and then. */
const RESTART_MINUTES = 20 * 1440;
const ABSENCE_MINUTES = 5003;
/** What a request makes of each metric that the file has, in flat rows and by model. */
const PER_REQUEST = [
  ["cost", 0.00321],
  ["tokens", 812],
  ["input_tokens", 700],
  ["output_tokens", 112],
  ["cache_misses", 1],
  ["input_cached_tokens", 311],
] as const;

/** How big the file is; equal seeds give equal files. `until` is the end in UTC milliseconds. */
export type PredecessorFile = {
  readonly days: number;
  readonly models: number;
  readonly until: number;
  readonly seed?: number;
};

/**
 * Writes the database that the Python predecessor 0.3 leaves after so many days of one scrape a minute, in SQL alone: six
 * metrics of every model at every scrape, all of them with traffic in most minutes, a few restarts and absences.
 */
export function writePredecessor(path: string, { days, models, until, seed = 1 }: PredecessorFile): void {
  const db = new Database(path, { create: true });
  db.run("PRAGMA journal_mode = OFF");
  db.run("PRAGMA synchronous = OFF");
  db.run("PRAGMA temp_store = MEMORY");
  db.run("PRAGMA cache_size = -200000");
  const columns = (prefix: string) => METRICS.map(({ name }) => `, ${prefix}_${name} REAL DEFAULT 0`).join("");
  db.run(
    `CREATE TABLE scrapes (id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, is_reset INTEGER DEFAULT 0${columns("raw")}${columns("delta")})`,
  );
  db.run(
    `CREATE TABLE model_snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, model TEXT NOT NULL,
       metric TEXT NOT NULL, raw REAL DEFAULT 0, delta REAL DEFAULT 0, is_reset INTEGER DEFAULT 0)`,
  );
  writeTraffic(db, models, seed);
  const count = days * 1440;
  const from = Math.floor(until / 1000) - count * MINUTE_SECONDS;
  db.query(MODEL_ROWS).run(count, from);
  db.query(FLAT_ROWS).run(count, from);
  db.run("CREATE INDEX idx_scrapes_ts ON scrapes(ts)");
  db.run("CREATE INDEX idx_model_snapshots_ts ON model_snapshots(ts)");
  db.run("CREATE INDEX idx_model_snapshots_model_metric ON model_snapshots(model, metric)");
  db.run("PRAGMA journal_mode = WAL");
  db.close();
}

/** The models with their requests a minute, and what a request makes of each metric. */
function writeTraffic(db: Database, models: number, seed: number): void {
  db.run("CREATE TEMP TABLE model (j INTEGER PRIMARY KEY, name TEXT, rate REAL)");
  db.run("CREATE TEMP TABLE metric (k INTEGER PRIMARY KEY, name TEXT, factor REAL)");
  const insertModel = db.query("INSERT INTO model (j, name, rate) VALUES (?, ?, ?)");
  for (let j = 0; j < models; j++) {
    const rate = 0.3 + 0.37 * j + ((Math.imul(seed * 31 + j, 2_654_435_761) >>> 0) % 100) / 1000;
    insertModel.run(j, `provider-model-${j}-2026`, rate);
  }
  const insertMetric = db.query("INSERT INTO metric (name, factor) VALUES (?, ?)");
  for (const [name, factor] of PER_REQUEST) insertMetric.run(name, factor);
}

const MINUTES = "minute(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM minute WHERE m + 1 < ?1)";
/** Requests of a model since LiteLLM began, at a minute and at the one before. */
const NOW = `CAST((m % ${RESTART_MINUTES}) * rate AS INTEGER)`;
const BEFORE = `CASE WHEN m % ${RESTART_MINUTES} = 0 THEN 0 ELSE CAST((m % ${RESTART_MINUTES} - 1) * rate AS INTEGER) END`;
const IS_RESET = `(m > 0 AND m % ${RESTART_MINUTES} = 0)`;

/** A model that was absent a minute ago has its whole value for a delta: the predecessor's mistake. */
const MODEL_ROWS = `WITH RECURSIVE ${MINUTES}
  INSERT INTO model_snapshots (ts, model, metric, raw, delta, is_reset)
  SELECT ?2 + m * ${MINUTE_SECONDS}, model.name, metric.name, ${NOW} * factor,
    CASE WHEN m = 0 THEN 0 WHEN (m + j) % ${ABSENCE_MINUTES} = 1 THEN ${NOW} * factor
      ELSE (${NOW}) * factor - (${BEFORE}) * factor END,
    ${IS_RESET}
  FROM minute CROSS JOIN metric CROSS JOIN model WHERE (m + j) % ${ABSENCE_MINUTES} <> 0 OR m = 0`;

const raw = PER_REQUEST.map(([name]) => `raw_${name}`).join(", ");
const delta = PER_REQUEST.map(([name]) => `delta_${name}`).join(", ");
const rawValues = PER_REQUEST.map(([, factor]) => `now * ${factor}`).join(", ");
const deltaValues = PER_REQUEST.map(([, factor]) => `grown * ${factor}`).join(", ");

const FLAT_ROWS = `WITH RECURSIVE ${MINUTES},
  total AS MATERIALIZED (
    SELECT m, SUM(${NOW}) AS now, CASE WHEN m = 0 THEN 0 ELSE SUM(${NOW}) - SUM(${BEFORE}) END AS grown
    FROM minute CROSS JOIN model GROUP BY m
  )
  INSERT INTO scrapes (ts, is_reset, raw_requests, delta_requests, raw_in_flight_requests, ${raw}, ${delta})
  SELECT ?2 + m * ${MINUTE_SECONDS}, ${IS_RESET}, now, grown, 1, ${rawValues}, ${deltaValues} FROM total ORDER BY m`;
