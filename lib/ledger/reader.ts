import type { KeptBlocks } from "./questions/blocks.ts";
import type { LedgerSql, LedgerView } from "./sql/ledger-sql.ts";
import { createKeptCells, type KeptCells } from "./sums/kept-cells.ts";

/** One state of a ledger, as all questions of an answer see it, with what is remembered of its days. */
export type LedgerState = {
  readonly sql: LedgerSql;
  readonly blocks: KeptBlocks;
  readonly cells: KeptCells;
};

/** A ledger that is open for answers. */
export type LedgerReader = {
  /** Changes with every change of the ledger, whoever makes it. */
  version(): Promise<string>;
  /** Makes an answer, or a part of one, of a single state. It awaits nothing but what it asks of that state. */
  snapshot<Value>(work: (state: LedgerState) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

/** A reader over a view; what it remembers lives as long as it. */
export function createLedgerReader(view: LedgerView): LedgerReader {
  const blocks: KeptBlocks = new Map();
  const cells = createKeptCells();
  return {
    version: view.version,
    snapshot: (work) => view.snapshot((sql) => work({ sql, blocks, cells })),
    close: view.close,
  };
}
