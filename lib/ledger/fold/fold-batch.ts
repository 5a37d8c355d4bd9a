import type { SpendBatch } from "../batch/spend-batch.ts";
import { IdentityList, type IdentitySet } from "../identity/identity-set.ts";
import type { Ledger } from "../ledger.ts";
import type { SourceIds } from "../name-ids.ts";
import { countRecords, holdLiveSheet, makeSheet, type Sheet } from "../sheets.ts";
import { type Folded, noteProgress } from "../source.ts";
import type { LedgerTransaction } from "../sql/ledger-store.ts";
import { DayCells } from "./day-cells.ts";
import { cellParts } from "./write-cells.ts";

const DAY_MS = 86_400_000;
/** How far back minutes are kept. */
export const MINUTES_KEPT_MS = 50 * 3_600_000;

/** What became of a record. */
export const OUTCOME = { counted: 0, duplicate: 1, tooOld: 2 } as const;

/** What a fold did with the rows of a batch; `outcomes` holds one of `OUTCOME` for each. */
export type FoldResult = Folded & { readonly outcomes: Uint8Array };

/** Where the records come from, and what the source wants to find again (its own text) after this fold. */
export type FoldOptions = { readonly now: number; readonly source: string; readonly progress?: string };

type Day = {
  readonly sheet: Sheet;
  readonly seen: IdentitySet;
  readonly added: IdentityList;
  readonly cells: DayCells;
};

/**
 * Counts the records of a batch that were never counted before, and stores the source's progress, all in one transaction:
 * after a kill or an error (which is thrown, of the database's kind) nothing of it has happened, and the same batch may
 * come again. So it may where a COMMIT was not answered: what was counted is known then.
 */
export async function foldBatch(ledger: Ledger, batch: SpendBatch, options: FoldOptions): Promise<FoldResult> {
  const result = await ledger.write(async (transaction) => {
    const ids = ledger.names.of(batch.texts);
    const days = new Map<number, Day>();
    // In one order for all, so that two that fold the same days wait for each other in turn and not in a ring.
    for (const day of daysOf(batch)) days.set(day, await openDay(ledger, transaction, { day, ids, now: options.now }));
    const outcomes = countRows(batch, days);
    for (const { sheet, added, cells } of days.values()) {
      if (cells.records === 0) continue;
      const parts = cellParts({ sheet: sheet.id, cells, ids, rowsAtOnce: ledger.rowsAtOnce });
      for (const part of parts) await part(transaction);
      await ledger.identities.append(transaction, sheet.id, added);
      await countRecords(transaction, sheet.id, cells.records, options.now);
    }
    const folded = tally(outcomes);
    await noteProgress(transaction, folded, options);
    return { ...folded, outcomes };
  });
  ledger.identities.trim();
  return result;
}

function daysOf(batch: SpendBatch): readonly number[] {
  const days = new Set<number>();
  for (let i = 0; i < batch.length; i++) days.add(Math.floor((batch.startedAt[i] ?? 0) / DAY_MS));
  return [...days].sort((a, b) => a - b);
}

function countRows(batch: SpendBatch, days: ReadonlyMap<number, Day>): Uint8Array {
  const outcomes = new Uint8Array(batch.length);
  let number = Number.NaN;
  let day: Day | undefined;
  for (let i = 0; i < batch.length; i++) {
    const ofRow = Math.floor((batch.startedAt[i] ?? 0) / DAY_MS);
    if (ofRow !== number) {
      number = ofRow;
      day = days.get(number);
    }
    if (day) outcomes[i] = countRow(day, batch, i);
  }
  return outcomes;
}

function countRow({ sheet, seen, added, cells }: Day, batch: SpendBatch, i: number): number {
  if (sheet.isClosed) return OUTCOME.tooOld;
  const high = batch.identityHigh[i] ?? 0;
  const low = batch.identityLow[i] ?? 0;
  if (!seen.add(high, low)) return OUTCOME.duplicate;
  added.push(high, low);
  cells.add(batch, i);
  return OUTCOME.counted;
}

async function openDay(
  ledger: Ledger,
  transaction: LedgerTransaction,
  { day, ids, now }: { readonly day: number; readonly ids: SourceIds; readonly now: number },
): Promise<Day> {
  const sheet = (await holdLiveSheet(transaction, day)) ?? (await beginSheet(ledger, transaction, day, now));
  return {
    sheet,
    seen: await ledger.identities.of(transaction, sheet.id),
    added: new IdentityList(),
    cells: new DayCells(day * DAY_MS, ids.names, ledger.shifts(day, sheet.zone), now - MINUTES_KEPT_MS),
  };
}

/** A new day's sheet; minutes that are past their time go on this occasion. */
async function beginSheet({ zone }: Ledger, transaction: LedgerTransaction, day: number, now: number): Promise<Sheet> {
  const kept = Math.floor((now - MINUTES_KEPT_MS) / DAY_MS);
  await transaction.run("DELETE FROM minute WHERE sheet IN (SELECT id FROM sheet WHERE day < ?1)", [kept]);
  const made = await makeSheet(transaction, { day, zone: zone.name, isLive: true, isClosed: false, now });
  const sheet = made ?? (await holdLiveSheet(transaction, day));
  if (!sheet) throw new Error(`The ledger has no sheet for day ${day}`);
  return sheet;
}

function tally(outcomes: Uint8Array): Folded {
  let duplicates = 0;
  let tooOld = 0;
  for (const outcome of outcomes) {
    if (outcome === OUTCOME.duplicate) duplicates++;
    if (outcome === OUTCOME.tooOld) tooOld++;
  }
  return { counted: outcomes.length - duplicates - tooOld, duplicates, tooOld };
}
