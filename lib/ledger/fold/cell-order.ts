import type { TupleTable } from "./tuple-table.ts";

const WIDTH = 4;

/** The ledger's ids of what a column of a key names; undefined where the numbers of the key are written themselves. */
type ColumnIds = readonly (number | undefined)[] | undefined;

/**
 * The cells of a table in the order of its rows, by each column of the key as it will be written, so that rows which will
 * be neighbours are written one after another.
 */
export function inOrder(cells: TupleTable, columns: readonly ColumnIds[]): Float64Array {
  const { size } = cells;
  let order = Float64Array.from({ length: size }, (_, cell) => cell);
  // As by the digits of a number: by the last column first, each time keeping what is in order already.
  for (let column = columns.length - 1; column >= 0; ) {
    let values = valuesOf(cells, column, columns[column]);
    let range = rangeOf(values);
    // As many columns at once as fit into an exact number together with the place of a cell.
    for (column--; column >= 0; column--) {
      const more = valuesOf(cells, column, columns[column]);
      const wider = rangeOf(more) * range;
      if (wider * size > Number.MAX_SAFE_INTEGER) break;
      values = values.map((value, cell) => (more[cell] ?? 0) * range + value);
      range = wider;
    }
    // Another order is as right, only slower.
    if (range * size <= Number.MAX_SAFE_INTEGER) order = sortedBy(values, order);
  }
  return order;
}

function valuesOf({ keys, size }: TupleTable, column: number, ids: ColumnIds): Float64Array<ArrayBuffer> {
  const values = new Float64Array(size);
  for (let cell = 0; cell < size; cell++) {
    const held = keys[cell * WIDTH + column] ?? 0;
    values[cell] = ids === undefined ? held : (ids[held] ?? 0);
  }
  return values;
}

/** One more than the largest of values that are not negative. */
function rangeOf(values: Float64Array): number {
  let most = 0;
  for (let place = 0; place < values.length; place++) most = Math.max(most, values[place] ?? 0);
  return most + 1;
}

/** Cells by their values, those of one value as they stood: value and place in one number, since numbers are sorted fast. */
function sortedBy(values: Float64Array, order: Float64Array): Float64Array<ArrayBuffer> {
  const { length } = order;
  const sorted = new Float64Array(length);
  for (let place = 0; place < length; place++) sorted[place] = (values[order[place] ?? 0] ?? 0) * length + place;
  sorted.sort();
  for (let place = 0; place < length; place++) sorted[place] = order[(sorted[place] ?? 0) % length] ?? 0;
  return sorted;
}
