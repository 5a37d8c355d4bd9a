import type { TupleTable } from "./tuple-table.ts";

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
