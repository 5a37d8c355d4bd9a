import type { Database } from "bun:sqlite";
import { type Cell, DIMENSIONS, type Dimension } from "../../litellm/dimensions.ts";

/** The value that stands for all beyond the limit. */
const OTHER = "other";
/** The limit of combinations is this many times the limit of one dimension. */
const CELLS_PER_VALUE = 10;
/** What is folded when there are too many combinations. */
const FOLDED_FIRST: readonly Dimension[] = ["end_user", "user", "key"];

/** Looks up and makes the rows that bucket, day and lifetime rows point to. */
export type Cells = { idOf(cell: Cell): number };

/**
 * Opens the cells for one transaction. Each dimension keeps `maxValues` distinct values, and there are at most ten times
 * as many combinations; what comes beyond is counted under `other`, so sums stay exact.
 */
export function openCells(db: Database, maxValues: number): Cells {
  const ids = new Map<string, number>();
  const values = new Map(DIMENSIONS.map((dimension) => [dimension, new Set<string>()]));
  const note = (cell: Cell, id: number): number => {
    ids.set(cellKey(cell), id);
    for (const dimension of DIMENSIONS) {
      const value = cell[dimension];
      if (value !== null) values.get(dimension)?.add(value);
    }
    return id;
  };
  for (const { id, ...cell } of db
    .query<Cell & { id: number }, []>(`SELECT id, ${DIMENSIONS.join(", ")} FROM cell`)
    .all()) {
    note(cell, id);
  }

  const fold = (cell: Cell): Cell => {
    const isFull = ids.size >= maxValues * CELLS_PER_VALUE;
    const entries = DIMENSIONS.map((dimension) => {
      const value = cell[dimension];
      const known = values.get(dimension);
      const isBeyond = value !== null && known !== undefined && !known.has(value) && known.size >= maxValues;
      return [dimension, isBeyond || (isFull && value !== null && FOLDED_FIRST.includes(dimension)) ? OTHER : value];
    });
    return Object.fromEntries(entries);
  };

  const insert = db.query(
    `INSERT INTO cell (${DIMENSIONS.join(", ")}) VALUES (${DIMENSIONS.map(() => "?").join(", ")})`,
  );
  return {
    idOf(cell) {
      const known = ids.get(cellKey(cell));
      if (known !== undefined) return known;
      const folded = fold(cell);
      return (
        ids.get(cellKey(folded)) ??
        note(folded, Number(insert.run(...DIMENSIONS.map((dimension) => folded[dimension])).lastInsertRowid))
      );
    },
  };
}

function cellKey(cell: Cell): string {
  return JSON.stringify(DIMENSIONS.map((dimension) => cell[dimension]));
}

/** Every value of a dimension that was ever booked, in no order. */
export function valuesOf(db: Database, dimension: Dimension): string[] {
  return db
    .query<{ value: string }, []>(`SELECT DISTINCT ${dimension} AS value FROM cell WHERE ${dimension} IS NOT NULL`)
    .all()
    .map(({ value }) => value);
}
