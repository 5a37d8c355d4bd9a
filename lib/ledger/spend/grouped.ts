import type { LedgerState } from "../reader.ts";
import { type DayRange, liveSheets } from "./days.ts";
import { GroupTable } from "./group-table.ts";
import { type PayerFilter, payersOf, textId, textsOf } from "./names.ts";
import { createPause } from "./pause.ts";
import { type Dimension, type Selection, sheetGroups } from "./sheet-groups.ts";
import { type Use, useAt } from "./use.ts";

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

/** Sums the rollups of whole UTC days by day and names. Groups come in the order of the days, else as they are met. */
export async function groupedUse<const By extends readonly Dimension[]>(
  state: LedgerState,
  { days, by, byDay = false, of = {} }: GroupQuestion<By>,
): Promise<Group<By>[]> {
  const { sql } = state;
  const selection = await selectionOf(state, of);
  if (selection === undefined) return [];
  const reading = await sheetGroups(state, by, selection);
  const groups = new GroupTable(by.length, reading.mostIds);
  const addAll = (slot: number, cells: Float64Array): void => {
    for (let at = 0; at < cells.length; at += groups.width) {
      groups.add(slot, cells, at + 1, cells, at + 1 + by.length);
    }
  };
  const sheets = await liveSheets(sql, days);
  const pause = createPause();
  if (!byDay) await reading.each(sheets, days, (cells) => addAll(0, cells));
  else {
    for (const sheet of sheets) {
      addAll(sheet.day, await reading.read(sheet));
      await pause();
    }
  }
  const cells = groups.cells();
  const rows = Array.from({ length: cells.length / groups.width }, (_, row) => row * groups.width);
  const idsAt = (at: number) => cells.subarray(at + 1, at + 1 + by.length);
  const ids = new Set<number>();
  for (const at of rows) for (const id of idsAt(at)) ids.add(id);
  const texts = await textsOf(sql, ids);
  return rows.map((at) => ({
    ...useAt(cells, at + 1 + by.length),
    day: cells[at] ?? 0,
    // One name for each dimension of `by`, which TypeScript cannot follow through `map`.
    names: Array.from(idsAt(at), (id) => texts.get(id) ?? null) as unknown as Group<By>["names"],
  }));
}

/** Undefined where a name was never met. */
async function selectionOf(
  { sql }: LedgerState,
  of: PayerFilter & { readonly endUser?: string },
): Promise<Selection | undefined> {
  const payer = await payersOf(sql, of);
  const customer = of.endUser === undefined ? undefined : await textId(sql, of.endUser);
  if (of.endUser !== undefined && customer === undefined) return undefined;
  return { ...(payer ? { payer } : {}), ...(customer === undefined ? {} : { customer: [customer] }) };
}
