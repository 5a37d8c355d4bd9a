import type { NameKind, SourceIds } from "../name-ids.ts";
import { FULL_MEASURES } from "../schema/tables.ts";
import type { LedgerTransaction, RowBlock } from "../sql/ledger-store.ts";
import { inOrder } from "./cell-order.ts";
import type { DayCells } from "./day-cells.ts";
import type { TupleTable } from "./tuple-table.ts";
import { writePopulations, writeSketches } from "./write-merged.ts";

const FULL = FULL_MEASURES.length;
const NO_SHIFT = 1;
/** What is merged by the program costs this many times what a row costs that is added. */
const COST_OF_SKETCHES = 6;
/** Looking one name up costs this part of what a row costs. */
const ROWS_LOOKED_UP = 4;

/** A part of what is to be written, inside a write transaction; it may be written again where that transaction failed. */
export type Part = (transaction: LedgerTransaction) => Promise<void>;

/**
 * What a number of a cell's key is in the ledger: the same, the same without the one that was added, or the id of a
 * name.
 */
type Column = "held" | "shift" | NameKind;

/** The columns of the keys after the sheet. */
const COLUMNS = {
  quarter: ["held", "route", "held", "held"],
  minute: ["held", "route", "held"],
  payer_day: ["shift", "payer", "route"],
  customer_day: ["shift", "text", "payer", "route"],
  tag_day: ["shift", "text"],
  route_day: ["shift", "route"],
} as const satisfies Record<string, readonly [Column, Column, ...Column[]]>;

/** The cells of a day on their way to a sheet. */
type Writing = {
  readonly sheet: number;
  readonly cells: DayCells;
  readonly ids: SourceIds;
  /** Rows of one statement. */
  readonly rowsAtOnce: number;
};

/** What adds the cells of a day to a sheet, in parts that take about as long: each may have a transaction of its own. */
export function* cellParts(writing: Writing): Generator<Part> {
  const { cells, rowsAtOnce } = writing;
  for (const [from, to] of pieces(cells.routes.size, Math.ceil(rowsAtOnce / COST_OF_SKETCHES))) {
    yield async (transaction) => {
      await addCells(transaction, writing, "route_day", cells.routes, range(from, to));
      await writeSketches(transaction, writing, from, to);
    };
  }
  yield* tableParts(writing, "quarter", cells.quarters);
  yield* tableParts(writing, "minute", cells.minutes);
  yield* tableParts(writing, "payer_day", cells.payers);
  yield* tableParts(writing, "customer_day", cells.customers);
  yield* tableParts(writing, "tag_day", cells.tags);
  yield async (transaction) => {
    await transaction.addRows("quarter_total", totalsOf(writing));
    await writePopulations(transaction, writing);
  };
}

function* tableParts(writing: Writing, name: keyof typeof COLUMNS, cells: TupleTable): Generator<Part> {
  const { ids, rowsAtOnce } = writing;
  const columns: readonly Column[] = COLUMNS[name];
  const lookUpAll = async (transaction: LedgerTransaction, some: Float64Array): Promise<void> => {
    for (const [column, kind] of columns.entries()) await lookUpColumn(transaction, ids, kind, { cells, column, some });
  };
  let order: Float64Array | undefined;
  // The ids decide the order, so that they are known before the first row: there may be many new ones, which takes time too.
  for (const [from, to] of pieces(cells.size, rowsAtOnce * ROWS_LOOKED_UP)) {
    yield (transaction) => lookUpAll(transaction, range(from, to));
  }
  for (const [from, to] of pieces(cells.size, rowsAtOnce)) {
    yield async (transaction) => {
      if (order === undefined) {
        // Known already, unless a transaction has failed since.
        await lookUpAll(transaction, range(0, cells.size));
        order = inOrder(
          cells,
          columns.map((kind) => (kind === "held" || kind === "shift" ? undefined : ids.of(kind))),
        );
      }
      await addCells(transaction, writing, name, cells, order.subarray(from, to));
    };
  }
}

function* pieces(size: number, length: number): Generator<readonly [number, number]> {
  for (let from = 0; from < size; from += length) yield [from, Math.min(size, from + length)];
}

function range(from: number, to: number): Float64Array {
  const numbers = new Float64Array(to - from);
  for (let at = from; at < to; at++) numbers[at - from] = at;
  return numbers;
}

/** Adds some cells of a table to the rollup of that name. There are millions of them, so each column is a plain loop. */
async function addCells(
  transaction: LedgerTransaction,
  { sheet, ids }: Writing,
  name: keyof typeof COLUMNS,
  cells: TupleTable,
  some: Float64Array,
): Promise<void> {
  const { keys, sums, measures } = cells;
  const columns: readonly Column[] = COLUMNS[name];
  const width = 1 + columns.length + measures;
  const { length } = some;
  const values = new Float64Array(length * width);
  for (const [column, kind] of columns.entries()) {
    await lookUpColumn(transaction, ids, kind, { cells, column, some });
    const taken = kind === "shift" ? NO_SHIFT : 0;
    const known = kind === "held" || kind === "shift" ? undefined : ids.of(kind);
    for (let place = 0, at = 1 + column; place < length; place++, at += width) {
      const number = keys[(some[place] ?? 0) * 4 + column] ?? 0;
      values[at] = known === undefined ? number - taken : (known[number] ?? 0);
    }
  }
  for (let place = 0, at = 0; place < some.length; place++) {
    values[at] = sheet;
    at += 1 + columns.length;
    const end = ((some[place] ?? 0) + 1) * measures;
    for (let from = end - measures; from < end; from++) values[at++] = sums[from] ?? 0;
  }
  await transaction.addRows(name, { rows: some.length, values });
}

/** Makes sure that the ids are known of what a column of some cells names. */
function lookUpColumn(
  transaction: LedgerTransaction,
  ids: SourceIds,
  kind: Column,
  { cells: { keys }, column, some }: { cells: TupleTable; column: number; some: Float64Array },
): Promise<void> | undefined {
  if (kind === "held" || kind === "shift") return undefined;
  const known = ids.of(kind);
  let missing: Set<number> | undefined;
  for (let place = 0; place < some.length; place++) {
    const number = keys[(some[place] ?? 0) * 4 + column] ?? 0;
    if (known[number] !== undefined) continue;
    missing ??= new Set();
    missing.add(number);
  }
  return missing && ids.make(transaction, kind, missing);
}

/** The quarters in which something was counted. */
function totalsOf({ sheet, cells: { quarterTotals } }: Writing): RowBlock {
  const quarters: number[] = [];
  for (let quarter = 0; quarter * FULL < quarterTotals.length; quarter++) {
    if (quarterTotals[quarter * FULL] !== 0) quarters.push(quarter);
  }
  const values = new Float64Array(quarters.length * (2 + FULL));
  for (const [row, quarter] of quarters.entries()) {
    const sums = quarterTotals.subarray(quarter * FULL, (quarter + 1) * FULL);
    values.set([sheet, quarter, ...sums], row * (2 + FULL));
  }
  return { rows: quarters.length, values };
}
