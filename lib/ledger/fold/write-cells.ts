import type { Database } from "bun:sqlite";
import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { LogSketch } from "../../aggregator/log-sketch.ts";
import { addNumberSet, numberSetBytes } from "../../aggregator/number-set.ts";
import type { SourceIds } from "../name-ids.ts";
import { addRowSql } from "../schema/dialect.ts";
import { FULL_MEASURES, tableOf } from "../schema/tables.ts";
import type { DayCells, RouteSketches } from "./day-cells.ts";
import type { TupleTable } from "./tuple-table.ts";

const FULL = FULL_MEASURES.length;
const NO_SHIFT = 1;
/** Rows that are written from one pause to the next. */
const ROWS_BETWEEN_PAUSES = 250;

/**
 * Adds the cells of a day to a sheet. The generator pauses on the way, at most `ROWS_BETWEEN_PAUSES` rows after the last
 * time, so that the caller can end its transaction and begin another one. Every row is written inside one.
 */
export function* writeCells(db: Database, sheet: number, cells: DayCells, ids: SourceIds): Generator<void> {
  yield* writeRoutes(db, sheet, cells, ids);
  writePopulations(db, sheet, cells, ids);
  yield;
  yield* writeTable(db, "quarter", cells.quarters, ([quarter, route, status, cache]) => [
    sheet,
    quarter,
    ids.route(route),
    status,
    cache,
  ]);
  yield* writeTable(db, "minute", cells.minutes, ([minute, route, status]) => [
    sheet,
    minute,
    ids.route(route),
    status,
  ]);
  yield* writeTable(db, "payer_day", cells.payers, ([shift, payer, route]) => [
    sheet,
    shift - NO_SHIFT,
    ids.payer(payer),
    ids.route(route),
  ]);
  yield* writeTable(db, "customer_day", cells.customers, ([shift, customer, payer, route]) => [
    sheet,
    shift - NO_SHIFT,
    ids.text(customer),
    ids.payer(payer),
    ids.route(route),
  ]);
  yield* writeTable(db, "tag_day", cells.tags, ([shift, tag]) => [sheet, shift - NO_SHIFT, ids.text(tag)]);
  const addTotal = db.query<unknown, number[]>(addRowSql(tableOf("quarter_total"), "sqlite"));
  for (let quarter = 0; quarter * FULL < cells.quarterTotals.length; quarter++) {
    if (cells.quarterTotals[quarter * FULL] === 0) continue;
    addTotal.run(...withSums([sheet, quarter], cells.quarterTotals, quarter, FULL));
  }
  yield;
}

type Key = readonly [number, number, number, number];

function* writeTable(
  db: Database,
  name: string,
  cells: TupleTable,
  keyOf: (key: Key) => readonly number[],
): Generator<void> {
  const add = db.query<unknown, number[]>(addRowSql(tableOf(name), "sqlite"));
  for (let cell = 0; cell < cells.size; cell++) {
    add.run(...withSums(keyOf(keyAt(cells, cell)), cells.sums, cell, cells.measures));
    if (cell % ROWS_BETWEEN_PAUSES === 0) yield;
  }
}

/** The parameters of a row; a loop, since spreading a typed array is slow and there are millions of rows. */
function withSums(key: readonly number[], sums: Float64Array, cell: number, measures: number): number[] {
  const row = key.slice();
  for (let i = cell * measures; i < (cell + 1) * measures; i++) row.push(sums[i] ?? 0);
  return row;
}

function keyAt({ keys }: TupleTable, cell: number): Key {
  const at = cell * 4;
  return [keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0, keys[at + 3] ?? 0];
}

type Blobs = { latency: Uint8Array | null; first_token: Uint8Array | null; tokens: Uint8Array | null };

function* writeRoutes(db: Database, sheet: number, cells: DayCells, ids: SourceIds): Generator<void> {
  const where = "sheet = ? AND shift = ? AND route = ?";
  const add = db.query<unknown, number[]>(addRowSql(tableOf("route_day"), "sqlite"));
  const read = db.query<Blobs, number[]>(`SELECT latency, first_token, tokens FROM route_day WHERE ${where}`);
  const merge = db.query<unknown, (Uint8Array | null | number)[]>(
    `UPDATE route_day SET latency = ?, first_token = ?, tokens = ? WHERE ${where}`,
  );
  for (let cell = 0; cell < cells.routes.size; cell++) {
    const [shift, route] = keyAt(cells.routes, cell);
    const key = [sheet, shift - NO_SHIFT, ids.route(route)];
    add.run(...withSums(key, cells.routes.sums, cell, FULL));
    const sketches: RouteSketches | undefined = cells.sketches[cell];
    if (sketches) {
      const held = read.get(...key);
      merge.run(
        mergedSketch(sketches.latency, held?.latency),
        mergedSketch(sketches.firstToken, held?.first_token),
        mergedSketch(sketches.tokens, held?.tokens),
        ...key,
      );
    }
    yield;
  }
}

/** What stands there and what is new together; null of nothing. The new one is left as it is. */
function mergedSketch(sketch: LogSketch, held: Uint8Array | null | undefined): Uint8Array | null {
  if (!held) return sketch.count === 0 ? null : sketch.toBytes();
  const merged = new LogSketch();
  merged.mergeBytes(held);
  merged.merge(sketch);
  return merged.toBytes();
}

function writePopulations(db: Database, sheet: number, cells: DayCells, ids: SourceIds): void {
  const read = db.query<{ users: Uint8Array; sessions: Uint8Array }, [number, number]>(
    "SELECT users, sessions FROM population WHERE sheet = ? AND shift = ?",
  );
  const write = db.query<unknown, [number, number, Uint8Array, Uint8Array]>(
    `INSERT INTO population (sheet, shift, users, sessions) VALUES (?, ?, ?, ?)
      ON CONFLICT (sheet, shift) DO UPDATE SET users = excluded.users, sessions = excluded.sessions`,
  );
  const users = usersByShift(cells, ids);
  for (const [held, present] of users.entries()) {
    const sessions = cells.sessions[held];
    if (!sessions && present.size === 0) continue;
    const shift = held - NO_SHIFT;
    const stood = read.get(sheet, shift);
    const merged = new DistinctCount();
    if (stood) {
      merged.mergeBytes(stood.sessions);
      addNumberSet(stood.users, present);
    }
    if (sessions) merged.mergeBytes(sessions.toBytes());
    write.run(sheet, shift, numberSetBytes(present), merged.toBytes());
  }
}

/** The ids of users that made requests, by shift plus one; the empty name is nobody. */
function usersByShift(cells: DayCells, ids: SourceIds): Set<number>[] {
  const { names } = ids;
  const users = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (let cell = 0; cell < cells.payers.size; cell++) {
    const [shift, payer] = keyAt(cells.payers, cell);
    const [, user] = names.textsOfPayer(payer);
    if (names.texts.textOf(user)) users[shift]?.add(ids.text(user));
  }
  return users;
}
