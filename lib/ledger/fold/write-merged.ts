import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { LogSketch } from "../../aggregator/log-sketch.ts";
import { addNumberSet, numberSetBytes } from "../../aggregator/number-set.ts";
import type { SourceIds } from "../name-ids.ts";
import { among, type SqlCell } from "../sql/ledger-sql.ts";
import type { LedgerTransaction } from "../sql/ledger-store.ts";
import type { DayCells } from "./day-cells.ts";
import type { TupleTable } from "./tuple-table.ts";

const NO_SHIFT = 1;
const SHIFTS = 3;
const SKETCHES = ["latency", "first_token", "tokens"] as const;

type Writing = { readonly sheet: number; readonly cells: DayCells; readonly ids: SourceIds };
type Blobs = { latency: Uint8Array | null; first_token: Uint8Array | null; tokens: Uint8Array | null };
type HeldRow = Blobs & { shift: number; route: number };

/** Merges the sketches of some routes of a day into the rows that stand there. Inside a write transaction. */
export async function writeSketches(
  transaction: LedgerTransaction,
  { sheet, cells, ids }: Writing,
  from: number,
  to: number,
): Promise<void> {
  const known = ids.of("route");
  const routeOf = (cell: number) => known[keyAt(cells.routes, cell, 1)] ?? 0;
  const routes: number[] = [];
  for (let cell = from; cell < to; cell++) if (cells.sketches[cell]) routes.push(routeOf(cell));
  if (routes.length === 0) return;
  const held = await heldSketches(transaction, sheet, routes);
  const written = new Map<number, SqlCell[]>();
  for (let cell = from; cell < to; cell++) {
    const sketches = cells.sketches[cell];
    if (!sketches) continue;
    const [shift, route] = [keyAt(cells.routes, cell, 0) - NO_SHIFT, routeOf(cell)];
    const place = placeOf(shift, route);
    const stood = held.get(place);
    const merged = {
      latency: mergedSketch(sketches.latency, stood?.latency),
      first_token: mergedSketch(sketches.firstToken, stood?.first_token),
      tokens: mergedSketch(sketches.tokens, stood?.tokens),
    };
    // Two names of a source may be one in the ledger.
    held.set(place, merged);
    written.set(place, [sheet, shift, route, merged.latency, merged.first_token, merged.tokens]);
  }
  await transaction.setRows("route_day", SKETCHES, [...written.values()]);
}

/** What stands there of some routes, by `placeOf`. */
async function heldSketches(
  { dialect, rows }: LedgerTransaction,
  sheet: number,
  routes: readonly number[],
): Promise<Map<number, Blobs>> {
  const found = await rows<HeldRow>(
    `SELECT shift, route, latency, first_token, tokens FROM route_day
      WHERE sheet = ?1 AND shift IN (-1, 0, 1) AND ${among(dialect, "route", 2)}`,
    [sheet, routes],
  );
  const held = new Map<number, Blobs>();
  for (const row of found) held.set(placeOf(row.shift, row.route), row);
  return held;
}

/** A shift and a route as one number. */
function placeOf(shift: number, route: number): number {
  return route * SHIFTS + shift + NO_SHIFT;
}

/** What stands there and what is new together; null of nothing. The new one is left as it is. */
function mergedSketch(sketch: LogSketch, held: Uint8Array | null | undefined): Uint8Array | null {
  if (!held) return sketch.count === 0 ? null : sketch.toBytes();
  const merged = new LogSketch();
  merged.mergeBytes(held);
  merged.merge(sketch);
  return merged.toBytes();
}

/** Merges the users and sessions of a day into those that stand there. Inside a write transaction. */
export async function writePopulations(transaction: LedgerTransaction, { sheet, cells, ids }: Writing): Promise<void> {
  for (const [held, numbers] of usersByShift(cells, ids).entries()) {
    const sessions = cells.sessions[held];
    if (!sessions && numbers.size === 0) continue;
    await ids.lookUp(transaction, "text", numbers);
    const present = new Set([...numbers].map((number) => ids.id("text", number)));
    const shift = held - NO_SHIFT;
    const [stood] = await transaction.rows<{ users: Uint8Array; sessions: Uint8Array }>(
      "SELECT users, sessions FROM population WHERE sheet = ?1 AND shift = ?2",
      [sheet, shift],
    );
    const merged = new DistinctCount();
    if (stood) {
      merged.mergeBytes(stood.sessions);
      addNumberSet(stood.users, present);
    }
    if (sessions) merged.mergeBytes(sessions.toBytes());
    await transaction.run(
      `INSERT INTO population (sheet, shift, users, sessions) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (sheet, shift) DO UPDATE SET users = excluded.users, sessions = excluded.sessions`,
      [sheet, shift, numberSetBytes(present), merged.toBytes()],
    );
  }
}

/** The source's numbers of users that made requests, by shift plus one; the empty name is nobody. */
function usersByShift({ payers }: DayCells, { names }: SourceIds): Set<number>[] {
  const users = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (let cell = 0; cell < payers.size; cell++) {
    const [, user] = names.textsOfPayer(keyAt(payers, cell, 1));
    if (names.texts.textOf(user)) users[keyAt(payers, cell, 0)]?.add(user);
  }
  return users;
}

function keyAt({ keys }: TupleTable, cell: number, column: number): number {
  return keys[cell * 4 + column] ?? 0;
}
