import type { Database } from "bun:sqlite";
import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { LogSketch } from "../../aggregator/log-sketch.ts";
import { addNumberSet, numberSetBytes } from "../../aggregator/number-set.ts";
import type { SourceIds } from "../name-ids.ts";
import { FULL_MEASURES } from "../schema/tables.ts";
import type { DayCells, RouteSketches } from "./day-cells.ts";
import { inOrder, ROWS_AT_ONCE, RowWriter } from "./row-writer.ts";
import type { TupleTable } from "./tuple-table.ts";

const FULL = FULL_MEASURES.length;
const NO_SHIFT = 1;
/** Rows that are written from one pause to the next: whole statements, so that none of them waits then. */
const ROWS_BETWEEN_PAUSES = 12 * ROWS_AT_ONCE;

/**
 * Adds the cells of a day to a sheet. The generator pauses on the way, at most `ROWS_BETWEEN_PAUSES` rows after the last
 * time, so that the caller can end its transaction and begin another one. Every row is written inside one.
 */
export function* writeCells(db: Database, sheet: number, cells: DayCells, ids: SourceIds): Generator<void> {
  yield* writeRoutes(db, sheet, cells, ids);
  writePopulations(db, sheet, cells, ids);
  yield;
  const route = (held: number) => ids.route(held);
  const payer = (held: number) => ids.payer(held);
  const text = (held: number) => ids.text(held);
  yield* writeTable(db, sheet, "quarter", cells.quarters, [asHeld, route, asHeld, asHeld]);
  yield* writeTable(db, sheet, "minute", cells.minutes, [asHeld, route, asHeld]);
  yield* writeTable(db, sheet, "payer_day", cells.payers, [shiftOf, payer, route]);
  yield* writeTable(db, sheet, "customer_day", cells.customers, [shiftOf, text, payer, route]);
  yield* writeTable(db, sheet, "tag_day", cells.tags, [shiftOf, text]);
  const totals = new RowWriter(db, "quarter_total");
  for (let quarter = 0; quarter * FULL < cells.quarterTotals.length; quarter++) {
    if (cells.quarterTotals[quarter * FULL] === 0) continue;
    totals.put(sheet);
    totals.put(quarter);
    totals.putSums(cells.quarterTotals, quarter, FULL);
  }
  totals.flush();
  yield;
}

/** What a number of a cell's key is in the ledger. */
type Column = (held: number) => number;

const asHeld: Column = (held) => held;
const shiftOf: Column = (held) => held - NO_SHIFT;

/** `columns` are those of the key after the sheet. */
function* writeTable(
  db: Database,
  sheet: number,
  name: string,
  cells: TupleTable,
  columns: readonly [Column, Column, ...Column[]],
): Generator<void> {
  if (cells.size === 0) return;
  const rows = new RowWriter(db, name);
  const order = inOrder(cells, columns[1]);
  for (let written = 1; written <= order.length; written++) {
    const cell = order[written - 1] ?? 0;
    rows.put(sheet);
    for (let column = 0; column < columns.length; column++) {
      rows.put(columns[column]?.(cells.keys[cell * 4 + column] ?? 0) ?? 0);
    }
    rows.putSums(cells.sums, cell, cells.measures);
    if (written % ROWS_BETWEEN_PAUSES === 0) yield;
  }
  rows.flush();
  yield;
}

type Key = readonly [number, number, number, number];

function keyAt({ keys }: TupleTable, cell: number): Key {
  const at = cell * 4;
  return [keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0, keys[at + 3] ?? 0];
}

type Blobs = { latency: Uint8Array | null; first_token: Uint8Array | null; tokens: Uint8Array | null };

function* writeRoutes(db: Database, sheet: number, cells: DayCells, ids: SourceIds): Generator<void> {
  const where = "sheet = ? AND shift = ? AND route = ?";
  const rows = new RowWriter(db, "route_day");
  const read = db.query<Blobs, number[]>(`SELECT latency, first_token, tokens FROM route_day WHERE ${where}`);
  const merge = db.query<unknown, (Uint8Array | null | number)[]>(
    `UPDATE route_day SET latency = ?, first_token = ?, tokens = ? WHERE ${where}`,
  );
  for (let cell = 0; cell < cells.routes.size; cell++) {
    const [shift, route] = keyAt(cells.routes, cell);
    const key = [sheet, shift - NO_SHIFT, ids.route(route)];
    for (const column of key) rows.put(column);
    rows.putSums(cells.routes.sums, cell, FULL);
    rows.flush();
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
