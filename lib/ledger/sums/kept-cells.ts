import type { LiveSheet } from "./days.ts";

/** What is kept of sheets that were read, at most. */
const MOST_BYTES = 48_000_000;
/** Larger ones are read anew each time, so that one question does not drive out all others. */
const MOST_BYTES_OF_ONE = 2_000_000;

/** What was read of a ledger's sheets: a day that is past never changes. */
export type KeptCells = {
  /** What `read` gives of a sheet, read again when the sheet has changed. `what` names it, and is one of few. */
  cellsOf(sheet: LiveSheet, what: string, read: () => Promise<Float64Array>): Promise<Float64Array>;
};

/** Keeps what was asked for most recently. */
export function createKeptCells(): KeptCells {
  const kept = new Map<string, Float64Array>();
  let bytes = 0;
  const forget = (key: string) => {
    bytes -= kept.get(key)?.byteLength ?? 0;
    kept.delete(key);
  };
  return {
    async cellsOf({ id, day, records, cameAt }, what, read) {
      const key = `${id} ${day} ${records} ${cameAt} ${what}`;
      const known = kept.get(key);
      if (known !== undefined) {
        // The order of a Map is that of setting: the first is the one that was not asked for longest.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const cells = await read();
      if (cells.byteLength > MOST_BYTES_OF_ONE) return cells;
      // Another question may have read the same in the meantime.
      forget(key);
      kept.set(key, cells);
      bytes += cells.byteLength;
      for (const oldest of kept.keys()) {
        if (bytes <= MOST_BYTES) break;
        forget(oldest);
      }
      return cells;
    },
  };
}
