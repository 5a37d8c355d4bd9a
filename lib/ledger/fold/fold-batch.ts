import type { SpendBatch } from "../batch/spend-batch.ts";
import { IdentityList, type IdentitySet } from "../identity/identity-set.ts";
import type { Ledger } from "../ledger.ts";
import type { SourceIds } from "../name-ids.ts";
import { countRecords, liveSheet, makeSheet, type Sheet } from "../sheets.ts";
import { type Folded, noteProgress } from "../source.ts";
import { DayCells } from "./day-cells.ts";
import { writeCells } from "./write-cells.ts";

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
 * after a kill or an error (which is thrown, of SQLite's kind) nothing of it has happened, and the same batch may come
 * again.
 */
export function foldBatch(ledger: Ledger, batch: SpendBatch, options: FoldOptions): FoldResult {
  const result = ledger.write(() => {
    const ids = ledger.names.of(batch.texts);
    const days = new Map<number, Day>();
    const outcomes = countRows(batch, (day) => {
      let found = days.get(day);
      if (!found) {
        found = openDay(ledger, day, ids, options.now);
        days.set(day, found);
      }
      return found;
    });
    for (const [, { sheet, added, cells }] of days) {
      if (cells.records === 0) continue;
      for (const _ of writeCells(ledger.db, sheet.id, cells, ids));
      ledger.identities.append(sheet.id, added);
      countRecords(ledger.db, sheet.id, cells.records, options.now);
    }
    const folded = tally(outcomes);
    noteProgress(ledger.db, folded, options);
    return { ...folded, outcomes };
  });
  ledger.identities.trim();
  return result;
}

function countRows(batch: SpendBatch, dayOf: (day: number) => Day): Uint8Array {
  const outcomes = new Uint8Array(batch.length);
  let number = Number.NaN;
  let day: Day | undefined;
  for (let i = 0; i < batch.length; i++) {
    const ofRow = Math.floor((batch.startedAt[i] ?? 0) / DAY_MS);
    if (!day || ofRow !== number) {
      number = ofRow;
      day = dayOf(number);
    }
    outcomes[i] = countRow(day, batch, i);
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

function openDay(ledger: Ledger, day: number, ids: SourceIds, now: number): Day {
  const { db, identities } = ledger;
  const sheet = liveSheet(db, day) ?? beginSheet(ledger, day, now);
  return {
    sheet,
    seen: identities.of(sheet.id),
    added: new IdentityList(),
    cells: new DayCells(day * DAY_MS, ids.names, ledger.shifts(day, sheet.zone), now - MINUTES_KEPT_MS),
  };
}

/** A new day's sheet; minutes that are past their time go on this occasion. */
function beginSheet({ db, zone }: Ledger, day: number, now: number): Sheet {
  const kept = Math.floor((now - MINUTES_KEPT_MS) / DAY_MS);
  db.query("DELETE FROM minute WHERE sheet IN (SELECT id FROM sheet WHERE day < ?)").run(kept);
  return makeSheet(db, { day, zone: zone.name, isLive: true, isClosed: false, now });
}

function tally(outcomes: Uint8Array): Folded {
  const counts = [0, 0, 0];
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const [counted = 0, duplicates = 0, tooOld = 0] = counts;
  return { counted, duplicates, tooOld };
}
