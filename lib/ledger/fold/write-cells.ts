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
const COST_OF_SKETCHES = 12;

/** A part of what is to be written, inside a write transaction; it may be written again where that transaction failed. */
export type Part = (transaction: LedgerTransaction) => Promise<void>;

/** What a number of a cell's key is in the ledger: the same, the same without the one that was added, or the id of a name. */
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
      const held = Float64Array.from({ length: to - from }, (_, at) => from + at);
      await addCells(transaction, writing, "route_day", cells.routes, held);
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
  const second = COLUMNS[name][1];
  let order: Float64Array | undefined;
  // The ids that decide the order are known before the first row: there may be many new ones, which takes time as well.
  for (const [from, to] of pieces(cells.size, rowsAtOnce)) {
    yield (transaction) => lookUpColumn(transaction, ids, second, { cells, column: 1, from, to });
  }
  for (const [from, to] of pieces(cells.size, rowsAtOnce)) {
    yield async (transaction) => {
      if (order === undefined) {
        // Known already, unless a transaction has failed since.
        await lookUpColumn(transaction, ids, second, { cells, column: 1, from: 0, to: cells.size });
        order = inOrder(cells, (number) => inLedger(ids, second, number));
      }
      await addCells(transaction, writing, name, cells, order.subarray(from, to));
    };
  }
}

function* pieces(size: number, length: number): Generator<readonly [number, number]> {
  for (let from = 0; from < size; from += length) yield [from, Math.min(size, from + length)];
}

/** Adds some cells of a table to the rollup of that name. */
async function addCells(
  transaction: LedgerTransaction,
  { sheet, ids }: Writing,
  name: keyof typeof COLUMNS,
  { keys, sums, measures }: TupleTable,
  some: Float64Array,
): Promise<void> {
  const columns: readonly Column[] = COLUMNS[name];
  for (const [column, kind] of columns.entries()) {
    if (kind === "held" || kind === "shift") continue;
    await ids.lookUp(transaction, kind, numbersOf(keys, column, some));
  }
  const width = 1 + columns.length + measures;
  const values = new Float64Array(some.length * width);
  let at = 0;
  for (let place = 0; place < some.length; place++) {
    const cell = some[place] ?? 0;
    values[at++] = sheet;
    for (let column = 0; column < columns.length; column++) {
      values[at++] = inLedger(ids, columns[column] ?? "held", keys[cell * 4 + column] ?? 0);
    }
    const end = (cell + 1) * measures;
    for (let from = cell * measures; from < end; from++) values[at++] = sums[from] ?? 0;
  }
  await transaction.addRows(name, { rows: some.length, values });
}

function* numbersOf(keys: Uint32Array, column: number, cells: Float64Array): Generator<number> {
  for (let place = 0; place < cells.length; place++) yield keys[(cells[place] ?? 0) * 4 + column] ?? 0;
}

async function lookUpColumn(
  transaction: LedgerTransaction,
  ids: SourceIds,
  kind: Column,
  { cells, column, from, to }: { cells: TupleTable; column: number; from: number; to: number },
): Promise<void> {
  if (kind === "held" || kind === "shift") return;
  const some = Float64Array.from({ length: to - from }, (_, at) => from + at);
  await ids.lookUp(transaction, kind, numbersOf(cells.keys, column, some));
}

function inLedger(ids: SourceIds, kind: Column, number: number): number {
  return kind === "held" ? number : kind === "shift" ? number - NO_SHIFT : ids.id(kind, number);
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
