import type { Database } from "bun:sqlite";
import { join } from "node:path";
import { BUCKET_MS } from "../../lib/aggregator/spread.ts";
import { createZone } from "../../lib/aggregator/zone.ts";
import { COUNTERS } from "../../lib/litellm/metrics.ts";
import { bookTally } from "../../lib/store/commit/book.ts";
import { atOnce } from "../../lib/store/commit/steps.ts";
import { Tally } from "../../lib/store/commit/tally.ts";
import { openForWriting } from "../../lib/store/open/database.ts";
import { insertSnapshot } from "../../lib/store/tables/snapshots.ts";
import { insertTarget, pointUrlAt, saveTarget, targetKey } from "../../lib/store/tables/targets.ts";
import { NOBODY } from "./litellm.ts";

const MINUTE_MS = 60_000;
const DAYS = 90;
const MODELS = 10;

/** Paths of two databases of ten models: of 90 days of minutes, and of ten times as many. */
export type Histories = { readonly usual: string; readonly long: string };

/** Writes both histories, up to this moment. */
export function writeHistories(folder: string): Histories {
  const [usual, long] = [join(folder, "history.db"), join(folder, "long.db")];
  const until = Date.now();
  writeHistory(usual, { days: DAYS, models: MODELS, until });
  writeHistory(long, { days: 10 * DAYS, models: MODELS, until });
  return { usual, long };
}

/** Writes what `serve` leaves behind after so many days of one scrape a minute, through the store's own functions. */
function writeHistory(path: string, options: { days: number; models: number; until: number }): void {
  const opened = openForWriting(path);
  if (opened.kind === "failed") throw new Error(opened.failure.message);
  const { db } = opened;
  db.run("PRAGMA synchronous = OFF");
  const from = Math.floor(options.until / BUCKET_MS) * BUCKET_MS - options.days * 86_400_000;
  const target = insertTarget(db, NOBODY, from, from);
  pointUrlAt(db, targetKey(NOBODY), target.id);
  const cells = makeCells(db, options.models);
  const zone = createZone("UTC");
  db.run("INSERT INTO meta (key, value) VALUES ('zone', 'UTC')");
  let page = 0;
  const totals = COUNTERS.map(() => 0);
  for (let bucket = from; bucket < options.until; bucket += 86_400_000) {
    db.transaction(() => {
      for (let at = bucket; at < Math.min(bucket + 86_400_000, options.until); at += BUCKET_MS) {
        atOnce(bookTally(db, tallyAt(at, cells), zone));
        for (let minute = at; minute < at + BUCKET_MS && minute <= options.until; minute += MINUTE_MS) {
          page += 1;
          const increases = COUNTERS.map((_, index) => amount(minute, index, index));
          for (const [index, increase] of increases.entries()) totals[index] = (totals[index] ?? 0) + increase;
          insertSnapshot(db, {
            target: target.id,
            page,
            at: minute + (minute % 997),
            isReset: false,
            values: new Map([
              ...COUNTERS.map((counter, index) => [counter, totals[index] ?? 0] as const),
              ["in_flight_requests", 1],
            ]),
            increases: new Map(COUNTERS.map((counter, index) => [counter, increases[index] ?? 0])),
          });
        }
      }
    })();
  }
  db.query("INSERT INTO observed (target, from_at, to_at) VALUES (?, ?, ?)").run(target.id, from, options.until);
  saveTarget(db, { ...target, lastPageAt: options.until, pages: page });
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

function makeCells(db: Database, models: number): number[] {
  const insert = db.query(
    "INSERT INTO cell (model, model_group, provider, team, key) VALUES (?, ?, 'openai', 'team', ?)",
  );
  return Array.from({ length: models }, (_, index) =>
    Number(insert.run(`model-${index}`, `group-${index}`, `key-${index % 3}`).lastInsertRowid),
  );
}

function tallyAt(bucketAt: number, cells: readonly number[]): Tally {
  const tally = new Tally();
  for (const cell of cells) {
    for (const index of COUNTERS.keys()) tally.add(bucketAt, cell, index, amount(bucketAt, cell, index), false);
  }
  return tally;
}

/** A number that looks like traffic: whole, except the cost. */
function amount(at: number, cell: number, counter: number): number {
  const noise = (Math.imul((at / MINUTE_MS) | 0, 2_654_435_761) ^ Math.imul(cell + 1, 40_503 + counter)) >>> 0;
  return COUNTERS[counter] === "cost" ? (noise % 99_991) / 1e6 : noise % (counter > 1 ? 20_000 : 12);
}
