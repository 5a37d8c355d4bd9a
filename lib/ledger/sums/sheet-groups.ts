import { createPause } from "../pause.ts";
import type { LedgerState } from "../reader.ts";
import { tableOf } from "../schema/tables.ts";
import { among, type LedgerSql, type SqlValue } from "../sql/ledger-sql.ts";
import type { DayRange, LiveSheet } from "./days.ts";
import { GroupTable } from "./group-table.ts";
import { MEASURES, type Measure } from "./use.ts";

/** Days that are summed and kept together. */
const BLOCK_DAYS = 16;

/** The column of the ledger's cells that leads to each dimension. */
const HOME = {
  api_key: "payer",
  user_id: "payer",
  team_id: "payer",
  model: "route",
  model_group: "route",
  provider: "route",
  end_user: "customer",
} as const;

/** What requests can be grouped by, beside the UTC day. */
export type Dimension = keyof typeof HOME;

type Column = (typeof HOME)[Dimension];

/** Whose requests are summed: of each column that is given, these alone. */
export type Selection = { readonly [Name in Column]?: readonly number[] };

/** Reads groups of sheets, as the rows of a `GroupTable` whose slots are the shifts. */
export type SheetGroups = {
  /** Makes a table for the groups of these dimensions and measures. */
  emptyTable(): GroupTable;
  read(sheet: LiveSheet): Promise<Float64Array>;
  /** Reads sheets one after the other; those of a stretch of days that lies whole among them come, and are kept, as one. */
  each(sheets: readonly LiveSheet[], days: DayRange, onCells: (cells: Float64Array) => void): Promise<void>;
};

/**
 * Prepares to read measures of sheets by some dimensions from the smallest table that can answer. Each sheet is read in
 * the order of its key, so that nothing is sorted, and what was read of everybody is kept.
 */
export async function sheetGroups(
  { sql, cells }: LedgerState,
  by: readonly Dimension[],
  measures: readonly Measure[],
  of: Selection,
): Promise<SheetGroups> {
  const columns = [...new Set(by.map((dimension) => HOME[dimension]))];
  const selected = (["customer", "payer", "route"] as const).filter((column) => of[column] !== undefined);
  const all = new Set<Column>([...columns, ...selected]);
  const table = all.has("customer") ? "customer_day" : all.has("payer") ? "payer_day" : "route_day";
  const key = tableOf(table).key.slice(1);
  const values: SqlValue[] = [];
  const filters = selected.map((column) => among(sql.dialect, column, values.push(of[column] ?? []) + 1));
  // The shift leads to what is asked of somebody, as the key begins with it.
  if (filters.length > 0) filters.unshift("shift IN (-1, 0, 1)");
  // In the order of the key the database sums as it reads, else that is left to us.
  const isInOrder = filters.length === 0 && columns.every((column, i) => key[i + 1] === column);
  const names = ["shift", ...columns];
  const sums = measures.map((name) => (isInOrder ? `SUM(${MEASURES[name]})` : MEASURES[name]));
  const end = isInOrder ? `GROUP BY ${names.join(", ")} ORDER BY ${names.join(", ")}` : `ORDER BY ${key.join(", ")}`;
  const statement = `SELECT ${[...names, ...sums].join(", ")} FROM ${table} WHERE ${["sheet = ?1", ...filters].join(" AND ")} ${end}`;
  const emptyTable = await tableMaker(sql, by.length, measures.length);
  const idsOf = await idReader(sql, by, columns);
  const read = async ({ id }: LiveSheet): Promise<Float64Array> => {
    const groups = emptyTable();
    const ids = new Float64Array(by.length);
    // Every column is a number.
    const rows = (await sql.lists(statement, [id, ...values])) as readonly (readonly number[])[];
    for (const row of rows) {
      idsOf(row, ids);
      groups.add(row[0] ?? 0, ids, 0, row, names.length);
    }
    return groups.cells();
  };
  const pause = createPause();
  // What is asked of somebody is found by the key, and is not worth keeping.
  const isKept = filters.length === 0;
  const what = `${measures.join(" ")} by ${by.join(" ")}`;
  const readKept = (sheet: LiveSheet) => (isKept ? cells.cellsOf(sheet, what, () => read(sheet)) : read(sheet));
  const merged = async (sheets: readonly LiveSheet[]): Promise<Float64Array> => {
    const groups = emptyTable();
    for (const sheet of sheets) {
      const rows = await read(sheet);
      for (let at = 0; at < rows.length; at += groups.width) {
        groups.add(rows[at] ?? 0, rows, at + 1, rows, at + 1 + by.length);
      }
      await pause();
    }
    return groups.cells();
  };
  return {
    emptyTable,
    read: readKept,
    async each(sheets, days, onCells) {
      for (const [block, members] of Map.groupBy(sheets, ({ day }) => Math.floor(day / BLOCK_DAYS))) {
        const isWhole = block * BLOCK_DAYS >= days.from && (block + 1) * BLOCK_DAYS <= days.to;
        if (isKept && isWhole)
          onCells(await cells.cellsOf(sealOf(block, members), `${what} in blocks`, () => merged(members)));
        else {
          for (const sheet of members) {
            onCells(await readKept(sheet));
            await pause();
          }
        }
        await pause();
      }
    },
  };
}

/** Changes when one of the sheets does: a day that is folded anew has a higher id than all before. */
function sealOf(block: number, sheets: readonly LiveSheet[]): LiveSheet {
  return {
    id: Math.max(...sheets.map(({ id }) => id)),
    day: block,
    records: sheets.reduce((sum, { records }) => sum + records, 0),
    cameAt: sheets.reduce((sum, { cameAt }) => sum + cameAt, 0),
  };
}

async function tableMaker(sql: LedgerSql, names: number, sums: number): Promise<() => GroupTable> {
  const [found] = await sql.rows<{ most: number | null }>("SELECT MAX(id) AS most FROM text");
  return () => new GroupTable({ names, sums, most: found?.most ?? 0 });
}

/** Puts the text ids of a row's dimensions into a list. */
async function idReader(sql: LedgerSql, by: readonly Dimension[], columns: readonly Column[]) {
  const places: number[] = [];
  const textOf: (Float64Array | undefined)[] = [];
  for (const dimension of by) {
    const column = HOME[dimension];
    places.push(1 + columns.indexOf(column));
    // Customers are texts themselves.
    textOf.push(column === "customer" ? undefined : await textsByCell(sql, column, dimension));
  }
  return (row: readonly number[], into: Float64Array): void => {
    for (let i = 0; i < places.length; i++) {
      const number = row[places[i] ?? 0] ?? 0;
      const texts = textOf[i];
      into[i] = texts === undefined ? number : (texts[number] ?? 0);
    }
  };
}

/** The text ids of a dimension by the numbers of the payers or routes. */
async function textsByCell(sql: LedgerSql, column: "payer" | "route", dimension: Dimension): Promise<Float64Array> {
  // The names come from the list of dimensions, never from a request; every column is a number.
  const rows = (await sql.lists(`SELECT id, ${dimension} FROM ${column} ORDER BY id`)) as readonly [number, number][];
  const texts = new Float64Array(1 + (rows.at(-1)?.[0] ?? 0));
  for (const [id, text] of rows) texts[id] = text;
  return texts;
}
