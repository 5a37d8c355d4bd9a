import type { NameColumn } from "./name-columns.ts";
import { DROP_ORDER, type ValueColumn } from "./value-columns.ts";

export const INDENT = 1;
export const GAP = 2;
/** The part of the width that names may take before columns go to make room for them. */
const EASY_SHARE = 0.4;

/** Which columns are shown and how: side by side with names in so many cells, or values below their names. */
export type Layout =
  | { readonly kind: "rows"; readonly nameWidths: readonly number[]; readonly shown: readonly ValueColumn[] }
  | { readonly kind: "stacked"; readonly shown: readonly ValueColumn[] };

/**
 * Fits columns into a width. In this order: names beyond 40 % of the width are shortened to it, columns go in
 * `DROP_ORDER`, names are shortened to their least, values are stacked below their names.
 */
export function fitLayout(names: readonly NameColumn[], values: readonly ValueColumn[], width: number): Layout {
  const easy = nameWidths(names, Math.floor(width * EASY_SHARE));
  const stages = dropStages(values);
  for (const shown of stages) {
    const room = nameRoom(names.length, shown, width);
    if (sum(easy) <= room) return { kind: "rows", nameWidths: nameWidths(names, room), shown };
  }
  const fewest = stages.at(-1) ?? values;
  const room = nameRoom(names.length, fewest, width);
  if (sum(names.map(({ least }) => least)) <= room) {
    return { kind: "rows", nameWidths: nameWidths(names, room), shown: fewest };
  }
  return { kind: "stacked", shown: stages.find((shown) => nameRoom(0, shown, width) >= 0) ?? fewest };
}

/** The cells that are left for so many columns of names. */
function nameRoom(count: number, shown: readonly ValueColumn[], width: number): number {
  const gaps = Math.max(0, count + shown.length - 1) * GAP;
  return width - INDENT - gaps - sum(shown.map((column) => column.width));
}

/** All columns, then always one less, down to one. */
function dropStages(values: readonly ValueColumn[]): (readonly ValueColumn[])[] {
  const stages = [values];
  let left = values;
  for (const header of DROP_ORDER) {
    const rest = left.filter((column) => column.header !== header);
    if (rest.length === left.length || rest.length === 0) continue;
    left = rest;
    stages.push(left);
  }
  return stages;
}

/** Widths that add up to the room, taken from the widest name first; never below the least. */
function nameWidths(names: readonly NameColumn[], room: number): number[] {
  const widths = names.map(({ width, least }) => Math.max(least, Math.min(width, room)));
  for (let over = sum(widths) - room; over > 0; over--) {
    const elastic = names.map(({ least }, index) => ((widths[index] ?? 0) > least ? (widths[index] ?? 0) : 0));
    const most = Math.max(0, ...elastic);
    if (most === 0) break;
    widths[elastic.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
