import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { addRowsSql, setRowSql } from "../../schema/dialect.ts";
import { measuresOf, tableOf } from "../../schema/tables.ts";
import type { SqlCell } from "../ledger-sql.ts";
import type { RowBlock, Triple } from "../ledger-store.ts";

/** Rows of one statement: a call for each row would cost as much as writing it. */
const ROWS_OF_STATEMENT = 40;

const TRIPLES = {
  route: {
    find: "SELECT id FROM route WHERE model = ? AND model_group = ? AND provider = ?",
    insert: "INSERT INTO route (model, model_group, provider) VALUES (?, ?, ?) RETURNING id",
  },
  payer: {
    find: "SELECT id FROM payer WHERE api_key = ? AND user_id = ? AND team_id = ?",
    insert: "INSERT INTO payer (api_key, user_id, team_id) VALUES (?, ?, ?) RETURNING id",
  },
} as const;

/** What adds rows to a rollup, with the arrays that its statements are bound to: always the same, as rows are many. */
type Adding = {
  readonly one: string;
  readonly many: string;
  readonly width: number;
  readonly row: number[];
  readonly room: number[];
};

const known = new Map<string, Adding>();

/** The ids of texts, made where they are missing. Inside a write transaction, as all here. */
export function textIds(db: Database, texts: readonly string[]): number[] {
  const find = db.query<{ id: number }, [string]>("SELECT id FROM text WHERE text = ?");
  const insert = db.query<{ id: number }, [string]>("INSERT INTO text (text) VALUES (?) RETURNING id");
  return texts.map((text) => idOf(find.get(text) ?? insert.get(text)));
}

/** The ids of routes or payers, made where they are missing. */
export function tripleIds(db: Database, table: "route" | "payer", triples: readonly Triple[]): number[] {
  const find = db.query<{ id: number }, [number, number, number]>(TRIPLES[table].find);
  const insert = db.query<{ id: number }, [number, number, number]>(TRIPLES[table].insert);
  return triples.map(([a, b, c]) => idOf(find.get(a, b, c) ?? insert.get(a, b, c)));
}

/** Adds rows to a rollup, some at once. */
export function addRows(db: Database, table: string, { values, rows }: RowBlock): void {
  const { one, many, width, row, room } = addingTo(table);
  const end = rows * width;
  let from = 0;
  for (; from + room.length <= end; from += room.length) {
    for (let column = 0; column < room.length; column++) room[column] = values[from + column] ?? 0;
    run(db.query<unknown, number[]>(many), room);
  }
  for (; from < end; from += width) {
    for (let column = 0; column < width; column++) row[column] = values[from + column] ?? 0;
    run(db.query<unknown, number[]>(one), row);
  }
}

/** Sets columns of rows that are there. */
export function setRows(
  db: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlCell[])[],
): void {
  const statement = db.query<unknown, SQLQueryBindings[]>(setRowSql(tableOf(table), columns));
  for (const row of rows) statement.run(...row);
}

/** Binds an array as it is, without spreading it. */
function run(statement: Statement<unknown, number[]>, parameters: number[]): void {
  statement.run(parameters as unknown as number); // The types of `run` know only the parameters one by one.
}

function addingTo(name: string): Adding {
  const found = known.get(name);
  if (found !== undefined) return found;
  const table = tableOf(name);
  const width = table.key.length + measuresOf(table).length;
  const made = {
    one: addRowsSql(table, 1),
    many: addRowsSql(table, ROWS_OF_STATEMENT),
    width,
    row: new Array<number>(width).fill(0),
    room: new Array<number>(width * ROWS_OF_STATEMENT).fill(0),
  };
  known.set(name, made);
  return made;
}

function idOf(row: { readonly id: number } | null): number {
  if (!row) throw new Error("The ledger gave no id to a new row");
  return row.id;
}
