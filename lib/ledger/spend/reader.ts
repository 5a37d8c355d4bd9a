import type { Database } from "bun:sqlite";
import type { LiveSheet } from "./days.ts";

/** What is kept of sheets that were read, at most. */
const MOST_BYTES = 48_000_000;
/** Larger ones are read anew each time, so that one question does not drive out all others. */
const MOST_BYTES_OF_ONE = 2_000_000;

/** A ledger that is open for questions, with what was read of its sheets: a day that is past never changes. */
export interface LedgerReader {
  readonly db: Database;
  /** Changes with every change of the ledger, whoever makes it. */
  version(): string;
  /** What `read` gives of a sheet, read again when the sheet has changed. `what` names it, and is one of few. */
  cellsOf(sheet: LiveSheet, what: string, read: () => Float64Array): Float64Array;
}

/** A reader over a connection. */
export function createLedgerReader(db: Database): LedgerReader {
  const kept = new Map<string, Float64Array>();
  let bytes = 0;
  const forget = (key: string, cells: Float64Array) => {
    kept.delete(key);
    bytes -= cells.byteLength;
  };
  // SQLite's data version changes with what others write, the count of changes with what this connection writes.
  const state = db.query<{ version: number; changes: number }, []>(
    "SELECT data_version AS version, total_changes() AS changes FROM pragma_data_version",
  );
  return {
    db,
    version() {
      const row = state.get();
      return `${row?.version} ${row?.changes}`;
    },
    cellsOf({ id, day, records, cameAt }, what, read) {
      const key = `${id} ${day} ${records} ${cameAt} ${what}`;
      const known = kept.get(key);
      if (known !== undefined) {
        // The order of a Map is that of setting: the first is the one that was not asked for longest.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const cells = read();
      if (cells.byteLength > MOST_BYTES_OF_ONE) return cells;
      kept.set(key, cells);
      bytes += cells.byteLength;
      for (const [oldest, old] of kept) {
        if (bytes <= MOST_BYTES) break;
        forget(oldest, old);
      }
      return cells;
    },
  };
}
