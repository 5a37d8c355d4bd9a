import type { Database, Statement } from "bun:sqlite";
import { addRowsSql } from "../schema/dialect.ts";
import { measuresOf, tableOf } from "../schema/tables.ts";
import type { TupleTable } from "./tuple-table.ts";

/** Rows of one statement: a call for each row would cost as much as writing it. */
export const ROWS_AT_ONCE = 20;

type AddStatement = Statement<unknown, number[]>;
type Statements = { readonly one: string; readonly many: string; readonly width: number };

const statements = new Map<string, Statements>();

/** Adds rows to a rollup, some at once; all of them are written when `flush` returns. Inside a write transaction. */
export class RowWriter {
  readonly #one: AddStatement;
  readonly #many: AddStatement;
  readonly #width: number;
  /** The parameters of the rows that wait: always the same arrays, since there are millions of rows. */
  readonly #room: number[];
  readonly #row: number[];
  #length = 0;

  constructor(db: Database, table: string) {
    const { one, many, width } = statementsOf(table);
    this.#one = db.query(one);
    this.#many = db.query(many);
    this.#width = width;
    this.#room = new Array<number>(width * ROWS_AT_ONCE).fill(0);
    this.#row = new Array<number>(width).fill(0);
  }

  /** The next column of the row: first those of the key, then the sums of a cell. */
  put(value: number): void {
    this.#room[this.#length++] = value;
  }

  /** The sums of a cell, which end a row. */
  putSums(sums: Float64Array, cell: number, measures: number): void {
    const end = (cell + 1) * measures;
    for (let at = cell * measures; at < end; at++) this.#room[this.#length++] = sums[at] ?? 0;
    if (this.#length === this.#room.length) {
      run(this.#many, this.#room);
      this.#length = 0;
    }
  }

  /** Writes the rows that still wait. */
  flush(): void {
    for (let from = 0; from < this.#length; from += this.#width) {
      for (let column = 0; column < this.#width; column++) this.#row[column] = this.#room[from + column] ?? 0;
      run(this.#one, this.#row);
    }
    this.#length = 0;
  }
}

/** Binds an array as it is, without spreading it. */
function run(statement: AddStatement, parameters: number[]): void {
  statement.run(parameters as unknown as number); // The types of `run` know only the parameters one by one.
}

/**
 * The cells of a table by the first column of its key and the ids (`idOf`) of the second, so that rows that will be
 * neighbours are written one after another.
 */
export function inOrder({ keys, size }: TupleTable, idOf: (second: number) => number): Float64Array {
  const ids = new Float64Array(size);
  let firsts = 1;
  let seconds = 1;
  for (let cell = 0; cell < size; cell++) {
    const id = idOf(keys[cell * 4 + 1] ?? 0);
    ids[cell] = id;
    seconds = Math.max(seconds, id + 1);
    firsts = Math.max(firsts, (keys[cell * 4] ?? 0) + 1);
  }
  // Column, id and cell in one number, since numbers are sorted fast; as they come where that would not be exact.
  const isExact = firsts * seconds * size <= Number.MAX_SAFE_INTEGER;
  const order = new Float64Array(size);
  for (let cell = 0; cell < size; cell++) {
    order[cell] = isExact ? ((keys[cell * 4] ?? 0) * seconds + (ids[cell] ?? 0)) * size + cell : cell;
  }
  if (isExact) order.sort();
  for (let place = 0; place < size; place++) order[place] = (order[place] ?? 0) % size;
  return order;
}

function statementsOf(name: string): Statements {
  const known = statements.get(name);
  if (known !== undefined) return known;
  const table = tableOf(name);
  const made = {
    one: addRowsSql(table, "sqlite", 1),
    many: addRowsSql(table, "sqlite", ROWS_AT_ONCE),
    width: table.key.length + measuresOf(table).length,
  };
  statements.set(name, made);
  return made;
}
