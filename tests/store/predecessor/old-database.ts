import { Database } from "bun:sqlite";
import { METRICS } from "../../../lib/litellm/metrics.ts";
import { openForWriting } from "../../../lib/store/open/database.ts";
import { type TakeOverOptions, type TakeOverOutcome, takeOver } from "../../../lib/store/predecessor/take-over.ts";
import { NAMES, NOON, temporaryPath, URL_1, UTC } from "../../support/store.ts";

/** The metrics of the releases up to 0.2, and those that 0.3 added. */
export const METRICS_OF_0_2: readonly string[] = METRICS.slice(0, 8).map(({ name }) => name);
export const METRICS_OF_0_3: readonly string[] = METRICS.map(({ name }) => name);

/** A value of LiteLLM and what the predecessor made of it. */
export type Cell = readonly [raw: number, delta: number];

/** One row of `scrapes`: its second, the cells of its metrics (0 and 0 where there is none) and whether it is a reset. */
export type OldScrape = readonly [second: number, cells: Readonly<Record<string, Cell>>, mark?: "reset" | undefined];

/** One row of `model_snapshots`. */
export type OldModel = readonly [second: number, model: string | null, metric: string, raw: number, delta: number];

export type OldDatabase = {
  readonly scrapes?: readonly OldScrape[];
  readonly models?: readonly OldModel[];
  /** The columns that the file began with; those of 0.3 by default. */
  readonly metrics?: readonly string[];
  /** The columns that an upgrade added at the end. */
  readonly added?: readonly string[];
  readonly wal?: boolean;
};

/** The second that stands for a minute of the tests' noon. */
export const minute = (minutes: number): number => NOON / 1000 + minutes * 60;

/** Rows a minute apart, by the cells of each. */
export function minutely(
  ...rows: readonly (readonly [Readonly<Record<string, Cell>>, ("reset" | undefined)?])[]
): OldScrape[] {
  return rows.map(([cells, mark], index) => [minute(index), cells, mark] as const);
}

/** Writes a database as the predecessor does; gives its path, or fills the one given. */
export function writeOld(wish: OldDatabase, path = temporaryPath()): string {
  const { scrapes = [], models, metrics = METRICS_OF_0_3, added = [] } = wish;
  const db = new Database(path, { create: true });
  if (wish.wal) db.run("PRAGMA journal_mode = WAL");
  else db.run("PRAGMA synchronous = OFF");
  db.transaction(() => {
    const columns = (prefix: string) => metrics.map((name) => `, ${prefix}_${name} REAL DEFAULT 0`).join("");
    db.run(
      `CREATE TABLE scrapes (id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, is_reset INTEGER DEFAULT 0${columns("raw")}${columns("delta")})`,
    );
    db.run("CREATE INDEX idx_scrapes_ts ON scrapes(ts)");
    for (const name of added) {
      db.run(`ALTER TABLE scrapes ADD COLUMN raw_${name} REAL DEFAULT 0`);
      db.run(`ALTER TABLE scrapes ADD COLUMN delta_${name} REAL DEFAULT 0`);
    }
    for (const scrape of scrapes) insertScrape(db, scrape);
    if (models) writeModels(db, models);
  })();
  db.close();
  return path;
}

function insertScrape(db: Database, [second, cells, mark]: OldScrape): void {
  const names = Object.keys(cells);
  const columns = names.map((name) => `, raw_${name}, delta_${name}`).join("");
  const values = names.flatMap((name) => [...(cells[name] ?? [0, 0])]);
  db.query(`INSERT INTO scrapes (ts, is_reset${columns}) VALUES (?, ?${values.map(() => ", ?").join("")})`).run(
    second,
    mark === "reset" ? 1 : 0,
    ...values,
  );
}

function writeModels(db: Database, models: readonly OldModel[]): void {
  db.run(
    `CREATE TABLE model_snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, model TEXT,
       metric TEXT NOT NULL, raw REAL DEFAULT 0, delta REAL DEFAULT 0, is_reset INTEGER DEFAULT 0)`,
  );
  db.run("CREATE INDEX idx_model_snapshots_ts ON model_snapshots(ts)");
  db.run("CREATE INDEX idx_model_snapshots_model_metric ON model_snapshots(model, metric)");
  const insert = db.query("INSERT INTO model_snapshots (ts, model, metric, raw, delta) VALUES (?, ?, ?, ?, ?)");
  for (const model of models) insert.run(...model);
}

/** Starts a take-over; its steps are as short as can be unless `clock` says otherwise. */
export function startTakeOver(path: string, options: Partial<TakeOverOptions> = {}): ReturnType<typeof takeOver> {
  let time = 0;
  const clock = () => {
    time += 1000;
    return time;
  };
  return takeOver(path, { url: URL_1, names: NAMES, zone: UTC, maxValues: 1000, now: NOON, clock, ...options });
}

/** Takes a database over without a break. */
export function takeOverAll(path: string, options: Partial<TakeOverOptions> = {}): TakeOverOutcome {
  const steps = startTakeOver(path, { clock: () => 0, ...options });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** What a database became that was taken over. Throws where it was not. */
export function imported(
  wish: OldDatabase | string,
  options: Partial<TakeOverOptions> = {},
): { readonly db: Database; readonly path: string } & Extract<TakeOverOutcome, { kind: "taken_over" }> {
  const path = typeof wish === "string" ? wish : writeOld(wish);
  const outcome = takeOverAll(path, options);
  if (outcome.kind !== "taken_over") throw new Error(JSON.stringify(outcome));
  const opened = openForWriting(path);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  return { ...outcome, db: opened.db, path };
}

/** What was booked by model, without what is zero. */
export function byModel(db: Database): Record<string, Record<string, number>> {
  const rows = db
    .query<Record<string, number | string>, []>("SELECT model, lifetime.* FROM lifetime JOIN cell ON cell.id = cell")
    .all();
  return Object.fromEntries(
    rows.map(({ model, cell: _, ...sums }) => [
      String(model),
      Object.fromEntries(
        Object.entries(sums).flatMap(([name, sum]) => (typeof sum === "number" && sum !== 0 ? [[name, sum]] : [])),
      ),
    ]),
  );
}
