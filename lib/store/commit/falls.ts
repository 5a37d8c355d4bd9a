import type { Database } from "bun:sqlite";
import type { TurnWatch } from "../../aggregator/turns.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { COUNTERS, type CounterName } from "../../litellm/metrics.ts";
import { bookTally } from "./book.ts";
import { forEachInSteps, type Steps } from "./steps.ts";
import { Tally } from "./tally.ts";

/** What falls booked is remembered for at most this many pages, while every ten of them have a fall. */
const EPISODE_PAGES = 100;

type Row = { page: number; bucket: number; cell: number; counter: CounterName; amount: number };

/** Remembers what a page booked beyond the high-water marks, until nothing has fallen for ten good pages. */
export function* noteExcess(db: Database, target: number, page: number, excess: Tally, watch: TurnWatch): Steps<void> {
  const isQuiet = watch.falls.size === 0;
  db.query("DELETE FROM excess WHERE target = ? AND page <= ?").run(target, isQuiet ? page : page - EPISODE_PAGES);
  const insert = db.query("INSERT INTO excess (target, page, bucket, cell, counter, amount) VALUES (?, ?, ?, ?, ?, ?)");
  yield* forEachInSteps(excess.rows(), ({ bucketAt, cell, amounts }) => {
    for (const [index, amount] of amounts.entries()) {
      if (amount !== 0) insert.run(target, page, bucketAt, cell, COUNTERS[index] ?? "", amount);
    }
  });
}

/**
 * Takes back what falls booked that were workers answering in turn (accounting rule 3): from the buckets, days,
 * lifetime totals and snapshots.
 */
export function* takeBack(db: Database, target: number, watch: TurnWatch, zone: Zone): Steps<void> {
  const rows = db
    .query<Row, [number]>("SELECT page, bucket, cell, counter, amount FROM excess WHERE target = ?")
    .all(target);
  const tally = new Tally();
  for (const { bucket, cell, counter, amount } of rows)
    tally.add(bucket, cell, COUNTERS.indexOf(counter), -amount, true);
  yield* bookTally(db, tally, zone);
  for (const counter of COUNTERS) {
    const update = db.query(
      `UPDATE snapshot SET ${counter}_delta = MAX(0, ${counter}_delta - ?) WHERE target = ? AND page = ?`,
    );
    for (const row of rows) if (row.counter === counter) update.run(row.amount, target, row.page);
  }
  const unflag = db.query("UPDATE snapshot SET is_reset = 0 WHERE target = ? AND page = ? AND is_reset = 1");
  let unflagged = 0;
  for (const page of watch.falls.keys()) unflagged += unflag.run(target, page).changes;
  db.query("UPDATE target SET restarts = MAX(0, restarts - ?) WHERE id = ?").run(unflagged, target);
  db.query("DELETE FROM excess WHERE target = ?").run(target);
}

/**
 * Lets the published lifetime stand still at what it is now until the corrected one has caught up; to be called before
 * anything is booked that will be taken back.
 */
export function holdLifetime(db: Database): void {
  const floors = COUNTERS.map((counter) => `${counter} = MAX(${counter}, excluded.${counter})`).join(", ");
  const columns = COUNTERS.join(", ");
  const totals = COUNTERS.map((counter) => `SUM(lifetime.${counter})`).join(", ");
  db.query(
    `INSERT INTO lifetime_floor (scope, model, ${columns}) SELECT 'total', '', ${totals} FROM lifetime
     HAVING COUNT(*) > 0 ON CONFLICT DO UPDATE SET ${floors}`,
  ).run();
  db.query(
    `INSERT INTO lifetime_floor (scope, model, ${columns})
     SELECT 'model', COALESCE(model, ''), ${totals} FROM lifetime JOIN cell ON cell.id = cell
     WHERE TRUE GROUP BY 2 ON CONFLICT DO UPDATE SET ${floors}`,
  ).run();
}
