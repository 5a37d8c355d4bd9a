import { createPause } from "../pause.ts";
import type { LedgerState } from "../reader.ts";
import { type DayRange, liveSheets } from "./days.ts";
import { type PayerFilter, payersOf, textId, textsOf } from "./names.ts";
import { type Dimension, type Selection, sheetGroups } from "./sheet-groups.ts";
import { type Measure, type Use, useAt } from "./use.ts";

/** Whose requests are asked for. */
export type OwnerFilter = PayerFilter & { readonly endUser?: string };

/** A question to the rollups by day: which days, by what, what of it is summed, of whom. */
type GroupQuestion<By extends readonly Dimension[], Measures extends readonly Measure[]> = {
  readonly days: DayRange;
  readonly by: By;
  readonly measures: Measures;
  /** Whether each day is a group of its own. */
  readonly byDay?: boolean;
  readonly of?: OwnerFilter;
};

/** One group; `names` are those of `by`, in its order, `day` is 0 where days are not told apart. */
export type Group<By extends readonly Dimension[], Name extends Measure> = Use<Name> & {
  readonly day: number;
  readonly names: { readonly [Index in keyof By]: string | null };
};

/** Sums the rollups of whole UTC days by day and names. Groups come in the order of the days, else as they are met. */
export async function groupedUse<const By extends readonly Dimension[], const Measures extends readonly Measure[]>(
  state: LedgerState,
  { of = {}, ...question }: GroupQuestion<By, Measures>,
): Promise<Group<By, Measures[number]>[]> {
  const selection = await selectionOf(state, of);
  if (selection === undefined) return [];
  const { width, cells } = await groupedCells(state, { ...question, of: selection });
  const names = question.by.length;
  const rows = Array.from({ length: cells.length / width }, (_, row) => row * width);
  const idsAt = (at: number) => cells.subarray(at + 1, at + 1 + names);
  const ids = new Set<number>();
  for (const at of rows) for (const id of idsAt(at)) ids.add(id);
  const texts = await textsOf(state.sql, ids);
  return rows.map((at) => ({
    ...useAt(cells, at + 1 + names, question.measures),
    day: cells[at] ?? 0,
    // One name for each dimension of `by`, which TypeScript cannot follow through `map`.
    names: Array.from(idsAt(at), (id) => texts.get(id) ?? null) as unknown as { [Index in keyof By]: string | null },
  }));
}

/** Groups as numbers: rows of day, the text ids of the names, and the measures. */
export type GroupCells = { readonly width: number; readonly cells: Float64Array };

/**
 * The same as numbers, for questions with very many groups. The days are UTC days, or where `isLocal` the local days that
 * the sheets were folded for.
 */
export async function groupedCells(
  state: LedgerState,
  question: {
    readonly days: DayRange;
    readonly by: readonly Dimension[];
    readonly measures: readonly Measure[];
    readonly byDay?: boolean;
    readonly isLocal?: boolean;
    readonly of: Selection;
  },
): Promise<GroupCells> {
  const { days, by, measures, byDay = false, isLocal = false, of } = question;
  const reading = await sheetGroups(state, by, measures, of);
  const groups = reading.emptyTable();
  const addAll = (sheetDay: number | undefined, cells: Float64Array): void => {
    for (let at = 0; at < cells.length; at += groups.width) {
      // A day undefined stands for several, all of them asked for.
      const day = sheetDay === undefined ? days.from : sheetDay + (isLocal ? (cells[at] ?? 0) : 0);
      if (day < days.from || day >= days.to) continue;
      groups.add(byDay ? day : 0, cells, at + 1, cells, at + 1 + by.length);
    }
  };
  // A local day is at most one day off.
  const sheetDays = isLocal ? { from: days.from - 1, to: days.to + 1 } : days;
  const sheets = await liveSheets(state.sql, sheetDays);
  const pause = createPause();
  const [only] = sheets;
  if (only && sheets.length === 1 && !byDay && !isLocal) {
    const cells = await reading.read(only);
    if (hasOneShift(cells, groups.width)) return { width: groups.width, cells };
    addAll(only.day, cells);
  } else if (!byDay && !isLocal) await reading.each(sheets, days, (cells) => addAll(undefined, cells));
  else {
    for (const sheet of sheets) {
      addAll(sheet.day, await reading.read(sheet));
      await pause();
    }
  }
  return { width: groups.width, cells: groups.cells() };
}

/** Whether the groups of a sheet are those of its UTC day, so that nothing has to be added up. */
function hasOneShift(cells: Float64Array, width: number): boolean {
  for (let at = 0; at < cells.length; at += width) if (cells[at] !== 0) return false;
  return true;
}

/** What of the ledger's cells belongs to somebody; undefined where a name was never met. */
export async function selectionOf({ sql }: LedgerState, of: OwnerFilter): Promise<Selection | undefined> {
  const payer = await payersOf(sql, of);
  const customer = of.endUser === undefined ? undefined : await textId(sql, of.endUser);
  if (of.endUser !== undefined && customer === undefined) return undefined;
  return { ...(payer ? { payer } : {}), ...(customer === undefined ? {} : { customer: [customer] }) };
}
