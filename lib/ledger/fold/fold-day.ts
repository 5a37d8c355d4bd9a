import type { GroupBatch } from "../batch/group-batch.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";
import type { Texts } from "../batch/texts.ts";
import { IdentityList, IdentitySet } from "../identity/identity-set.ts";
import type { Ledger } from "../ledger.ts";
import { countRecords, holdLiveSheet, liveSheet, makeSheet } from "../sheets.ts";
import { noteProgress } from "../source.ts";
import { DayCells } from "./day-cells.ts";
import { MINUTES_KEPT_MS } from "./fold-batch.ts";
import { condemnSheet, isBeingWritten, removeSheet } from "./remove-sheet.ts";
import { cellParts } from "./write-cells.ts";

const DAY_MS = 86_400_000;
/** Where a transaction ends, so that nobody waits for long who writes beside it: after so many parts, or so much time. */
const MOST_PARTS = 80;
const MOST_MS = 100;

/** How the sheet of a day was replaced, or why it was not. */
export type DayResult =
  /** `before` is how many records the day had. */
  | { readonly kind: "replaced"; readonly records: number; readonly before: number }
  /** The source holds fewer records than the ledger, which keeps its own. */
  | { readonly kind: "fewer"; readonly source: number; readonly ledger: number }
  /** Another fold has added to the day in the meantime: the day has to be read again. */
  | { readonly kind: "changed" };

/** How a day takes its place. `force` replaces it also by fewer records. */
export type DayCommit = { readonly source: string; readonly progress?: string; readonly force?: boolean };

/** A UTC day that is folded as a whole. */
export type DayFold = {
  /** Ends when it is known what the ledger has of the day: rows that are read after that hold all of it. @throws LedgerError */
  begun(): Promise<void>;
  /** Counts the rows of a batch, which are all of this day and share one `Texts` with all batches before. */
  add(batch: SpendBatch): void;
  /** Counts a row of a batch of groups, of a day that keeps no identities and no minutes. The texts as in `add`. */
  addGroup(batch: GroupBatch, row: number): void;
  /** Writes what was counted and puts it in the place of what the ledger has of the day, at one moment. */
  commit(options: DayCommit): Promise<DayResult>;
};

/**
 * Begins to fold a UTC day (days since 1970) as a whole. What is counted lies in memory as cells, is written to a sheet
 * of its own in short transactions, and takes the place of the live sheet in a last one, with the source's progress: a
 * kill at any moment leaves the day as it was. `keepsIdentities` where records may come again or late afterwards,
 * `mayRepeat` where the source may give one twice.
 */
export function beginDay(
  ledger: Ledger,
  day: number,
  {
    now,
    keepsIdentities,
    mayRepeat = false,
  }: { readonly now: number; readonly keepsIdentities: boolean; readonly mayRepeat?: boolean },
): DayFold {
  const { sql, zone } = ledger;
  const start = day * DAY_MS;
  const found = liveSheet(sql, day);
  found.catch(() => {}); // It is told to whoever waits for it, which may be much later.
  const identities = new IdentityList();
  const seen = mayRepeat ? new IdentitySet() : undefined;
  let texts: Texts | undefined;
  let cells: DayCells | undefined;
  const cellsOf = (ofBatch: Texts): DayCells => {
    texts ??= ofBatch;
    if (texts !== ofBatch) throw new TypeError("The batches of a day must share their texts");
    cells ??= new DayCells(start, ledger.names.of(texts).names, ledger.shifts(day, zone.name), now - MINUTES_KEPT_MS);
    return cells;
  };
  const refuseOtherDay = (at: number): void => {
    if (at >= start && at < start + DAY_MS) return;
    throw new RangeError(`A record of another day was given for day ${day}`);
  };
  return {
    async begun() {
      await found;
    },
    addGroup(batch, row) {
      refuseOtherDay(batch.at[row] ?? 0);
      cellsOf(batch.texts).addGroup(batch, row);
    },
    add(batch) {
      const counted = cellsOf(batch.texts);
      for (let i = 0; i < batch.length; i++) {
        refuseOtherDay(batch.startedAt[i] ?? 0);
        if (seen && !seen.add(batch.identityHigh[i] ?? 0, batch.identityLow[i] ?? 0)) continue;
        counted.add(batch, i);
        if (keepsIdentities) identities.push(batch.identityHigh[i] ?? 0, batch.identityLow[i] ?? 0);
      }
    },
    async commit(options) {
      const before = await found;
      const records = cells?.records ?? 0;
      const held = before?.records ?? 0;
      if (records < held && options.force !== true) return { kind: "fewer", source: records, ledger: held };
      const sheet = await ledger.write(async (transaction) => {
        const wish = { day, zone: zone.name, isLive: false, isClosed: !keepsIdentities, now };
        const made = await makeSheet(transaction, wish);
        if (!made) throw new Error(`The ledger gave no sheet to day ${day}`);
        await countRecords(transaction, made.id, records, now);
        await ledger.identities.append(transaction, made.id, identities);
        return made.id;
      });
      if (cells && texts) await writeInParts(ledger, sheet, cells, texts);
      const isReplaced = await ledger.write(async (transaction) => {
        const live = await holdLiveSheet(transaction, day);
        const isSame = live?.id === before?.id && live?.records === before?.records;
        if (!isSame || !(await isBeingWritten(transaction, sheet))) return false;
        if (live) await condemnSheet(transaction, live.id);
        await transaction.run("UPDATE sheet SET is_live = 1 WHERE id = ?1", [sheet]);
        await noteProgress(transaction, { counted: records, duplicates: 0, tooOld: 0 }, { ...options, now });
        return true;
      });
      const spare = isReplaced ? before?.id : sheet;
      if (spare !== undefined) await removeSheet(ledger, spare);
      return isReplaced ? { kind: "replaced", records, before: held } : { kind: "changed" };
    },
  };
}

/**
 * Writes the cells in short transactions; others may write between them. Ends early where the sheet was taken away in the
 * meantime.
 */
async function writeInParts(ledger: Ledger, sheet: number, cells: DayCells, texts: Texts): Promise<void> {
  const parts = [...cellParts({ sheet, cells, ids: ledger.names.of(texts), rowsAtOnce: ledger.rowsAtOnce })];
  for (let written = 0; written < parts.length; ) {
    written = await ledger.writeUnseen(async (transaction) => {
      if (!(await isBeingWritten(transaction, sheet))) return parts.length;
      const beganAt = performance.now();
      let next = written;
      for (const part of parts.slice(written, written + MOST_PARTS)) {
        await part(transaction);
        next++;
        if (performance.now() - beganAt > MOST_MS) break;
      }
      return next;
    });
    await Bun.sleep(0);
  }
}
