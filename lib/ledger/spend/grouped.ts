import type { LedgerState } from "../reader.ts";
import { tableOf } from "../schema/tables.ts";
import { among, type LedgerSql, type SqlCell, type SqlValue } from "../sql/ledger-sql.ts";
import { type DayRange, type LiveSheet, liveSheets } from "./days.ts";
import { type NameTable, nameTable } from "./name-table.ts";
import { type PayerFilter, payersOf, textId, textsOf } from "./names.ts";
import { addUse, noUse, USE_WIDTH, type Use } from "./use.ts";

/** What requests can be grouped by, beside the UTC day. */
export type Dimension = keyof typeof HOME;

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

/** A question to the rollups by day: which days, by what, of whom. */
export type GroupQuestion<By extends readonly Dimension[]> = {
  readonly days: DayRange;
  readonly by: By;
  /** Whether each day is a group of its own. */
  readonly byDay?: boolean;
  readonly of?: PayerFilter & { readonly endUser?: string };
};

/** One group; `names` are those of `by`, in its order, `day` is 0 where days are not told apart. */
export type Group<By extends readonly Dimension[]> = Use & {
  readonly day: number;
  readonly names: { readonly [Index in keyof By]: string | null };
};

const USE = "requests, prompt_tokens, completion_tokens, total_tokens, spend";
const USE_SUMS = USE.split(", ")
  .map((name) => `SUM(${name})`)
  .join(", ");

/**
 * Sums the rollups of whole UTC days by day and names. Each sheet is read in the order of its key, so that SQLite sorts
 * nothing. Groups come in the order of the days, else as they are met.
 */
export async function groupedUse<const By extends readonly Dimension[]>(
  state: LedgerState,
  { days, by, byDay = false, of = {} }: GroupQuestion<By>,
): Promise<Group<By>[]> {
  const { sql } = state;
  const cells = await cellsOf(state, by, of);
  if (cells === undefined) return [];
  const tables: NameTable[] = [];
  for (const column of cells.columns) tables.push(await nameTableOf(sql, column, by));
  const all: Numbered[] = [];
  let groups = new Map<number, Numbered>();
  for (const sheet of await liveSheets(sql, days)) {
    if (byDay) groups = new Map();
    const numbers = await cells.read(sheet);
    for (let at = 0; at < numbers.length; at += tables.length + USE_WIDTH) {
      let key = 0;
      for (let i = 0; i < tables.length; i++) {
        const table = tables[i];
        if (table) key = key * table.size + table.classOf(numbers[at + i] ?? 0);
      }
      let group = groups.get(key);
      if (!group) {
        group = { ...noUse(), day: byDay ? sheet.day : 0, classes: classesOf(key, tables) };
        groups.set(key, group);
        all.push(group);
      }
      addUse(group, numbers, at + tables.length);
    }
  }
  return named(sql, by, cells.columns, tables, all);
}

type Column = (typeof HOME)[Dimension];
/** A group by the classes of its columns. */
type Numbered = Use & { readonly day: number; readonly classes: readonly number[] };
/** The rows of a sheet one after the other: the columns, and the numbers of a `Use`. */
type Cells = { readonly columns: readonly Column[]; read(sheet: LiveSheet): Promise<Float64Array> };

/** The statement over the smallest table that can answer; undefined where a name was never met. */
async function cellsOf(
  { sql, cells }: LedgerState,
  by: readonly Dimension[],
  of: PayerFilter & { readonly endUser?: string },
): Promise<Cells | undefined> {
  const columns = [...new Set(by.map((dimension) => HOME[dimension]))];
  const payers = await payersOf(sql, of);
  const customer = of.endUser === undefined ? undefined : await textId(sql, of.endUser);
  if (of.endUser !== undefined && customer === undefined) return undefined;
  const isOfCustomers = columns.includes("customer") || customer !== undefined;
  const isOfPayers = columns.includes("payer") || payers !== undefined;
  const table = isOfCustomers ? "customer_day" : isOfPayers ? "payer_day" : "route_day";
  const filters: string[] = [];
  const values: SqlValue[] = [];
  if (customer !== undefined) filters.push(`shift IN (-1, 0, 1) AND customer = ?${values.push(customer) + 1}`);
  if (payers !== undefined) {
    filters.push(`shift IN (-1, 0, 1) AND ${among(sql.dialect, "payer", values.push(payers) + 1)}`);
  }
  // In the order of the key, else the sum is left to the program.
  const isInOrder = columns.length === 1 && filters.length === 0 && FIRST_COLUMN[table] === columns[0];
  const statement = `SELECT ${[...columns, isInOrder ? USE_SUMS : USE].join(", ")} FROM ${table}
    WHERE ${["sheet = ?1", ...filters].join(" AND ")}
    ${isInOrder ? `GROUP BY shift, ${columns[0]} ORDER BY shift, ${columns[0]}` : `ORDER BY ${tableOf(table).key.slice(1).join(", ")}`}`;
  const rowsOf = async ({ id }: LiveSheet) => flat(await sql.lists(statement, [id, ...values]));
  // What is asked of somebody is found by the key, and is not worth keeping.
  if (filters.length > 0) return { columns, read: rowsOf };
  const what = [table, ...columns].join(" ");
  return { columns, read: (sheet) => cells.cellsOf(sheet, what, () => rowsOf(sheet)) };
}

const FIRST_COLUMN = { customer_day: "customer", payer_day: "payer", route_day: "route" } as const;

function flat(rows: readonly (readonly SqlCell[])[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const cells = new Float64Array(rows.length * width);
  // Every column is a number.
  for (const [index, row] of (rows as readonly (readonly number[])[]).entries()) cells.set(row, index * width);
  return cells;
}

function nameTableOf(sql: LedgerSql, column: Column, by: readonly Dimension[]): Promise<NameTable> {
  const dimensions = by.filter((dimension) => HOME[dimension] === column);
  return nameTable(sql, column, dimensions);
}

function classesOf(key: number, tables: readonly NameTable[]): number[] {
  const classes: number[] = [];
  let left = key;
  for (const { size } of tables.toReversed()) {
    classes.unshift(left % size);
    left = Math.floor(left / size);
  }
  return classes;
}

async function named<const By extends readonly Dimension[]>(
  sql: LedgerSql,
  by: By,
  columns: readonly Column[],
  tables: readonly NameTable[],
  groups: readonly Numbered[],
): Promise<Group<By>[]> {
  const places = by.map((dimension) => {
    const column = columns.indexOf(HOME[dimension]);
    const place = by.filter((other) => HOME[other] === HOME[dimension]).indexOf(dimension);
    return { column, place };
  });
  const idsOf = (classes: readonly number[]) =>
    places.map(({ column, place }) => tables[column]?.idsOf(classes[column] ?? 0)[place] ?? 0);
  const withIds = groups.map((group) => ({ group, ids: idsOf(group.classes) }));
  const texts = await textsOf(
    sql,
    withIds.flatMap(({ ids }) => ids),
  );
  return withIds.map(({ group: { classes: _, ...use }, ids }) => ({
    ...use,
    // One name for each dimension of `by`, which TypeScript cannot follow through `map`.
    names: ids.map((id) => texts.get(id) ?? null) as unknown as Group<By>["names"],
  }));
}
