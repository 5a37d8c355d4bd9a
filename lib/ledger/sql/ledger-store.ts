import type { LedgerSql, SqlCell } from "./ledger-sql.ts";

/** Rows of a rollup, one after the other: the columns of its key, then its sums. Two rows may have one key. */
export type RowBlock = { readonly rows: number; readonly values: Float64Array };

/** The numbers of three texts: of a route or a payer. */
export type Triple = readonly [number, number, number];

/** A write transaction: statements, and what each database does in its own way because there is much of it. */
export type LedgerTransaction = LedgerSql & {
  /** The ids of texts, in their order; made where they are missing. */
  textIds(texts: readonly string[]): Promise<readonly number[]>;
  /** The ids of routes or payers by the ids of their texts, in their order; made where they are missing. */
  tripleIds(table: "route" | "payer", triples: readonly Triple[]): Promise<readonly number[]>;
  /** Adds rows to the sums that stand in a rollup. */
  addRows(table: string, block: RowBlock): Promise<void>;
  /** Sets columns of rows that are there; each row holds its key and then those columns. */
  setRows(table: string, columns: readonly string[], rows: readonly (readonly SqlCell[])[]): Promise<void>;
};

/** How a write transaction is made. */
export type WriteOptions = {
  /** What it writes is seen by nobody yet: it reaches the disk with the next transaction that is not so. */
  readonly isUnseen?: boolean;
  /** Hears of every attempt that came to nothing, before the next one or the error. */
  readonly onFailed?: () => void;
};

/** A ledger's database as folding sees it. */
export type LedgerStore = {
  /** Statements outside of any transaction, which see the newest state. */
  readonly sql: LedgerSql;
  /** How many rows are best written by one statement, for a transaction to be short. */
  readonly rowsAtOnce: number;
  /**
   * Runs a transaction, one after the other; the work may be run again where another process was in the way. Where it
   * fails, nothing of it has happened and its error is thrown; only of one whose COMMIT was never answered nobody knows.
   */
  write<Value>(work: (transaction: LedgerTransaction) => Promise<Value>, options?: WriteOptions): Promise<Value>;
  close(): Promise<void>;
};
