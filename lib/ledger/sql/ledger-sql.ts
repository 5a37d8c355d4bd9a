import type { Dialect } from "../schema/dialect.ts";

/** What a statement takes in place of `?1`. A list stands for all its members, see `among`. */
export type SqlValue = string | number | null | Uint8Array | readonly number[] | readonly string[];

/** What a column of a row holds: whole numbers and money are numbers in every database. */
export type SqlCell = string | number | null | Uint8Array;

/**
 * Statements over a ledger's tables, in whichever database they lie. They are written once for both: parameters are `?1`,
 * `?2` …, aliases in capitals and small letters are quoted, and no function is called that only one of them has.
 */
export type LedgerSql = {
  readonly dialect: Dialect;
  /** The rows of a question as objects, by the names of their columns. */
  rows<Row extends object>(statement: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** The rows of a question as lists of their columns. */
  lists(statement: string, parameters?: readonly SqlValue[]): Promise<readonly (readonly SqlCell[])[]>;
  /** Hears of one row after the other, for questions with more rows than memory should hold. */
  each<Row extends object>(
    statement: string,
    parameters: readonly SqlValue[],
    onRow: (row: Row) => void,
  ): Promise<void>;
  /** Changes rows, and says how many. */
  run(statement: string, parameters?: readonly SqlValue[]): Promise<number>;
};

/** A ledger that is open for questions. */
export type LedgerView = {
  /** Each statement sees the newest state. */
  readonly sql: LedgerSql;
  /** Runs statements that see one state. The work awaits nothing but them, and asks for no other snapshot. */
  snapshot<Value>(work: (sql: LedgerSql) => Promise<Value>): Promise<Value>;
  /** Changes with every change of the ledger, whoever makes it. */
  version(): Promise<string>;
  close(): Promise<void>;
};

/** The condition that a column is one of the members of the list that is parameter `place`. */
export function among(dialect: Dialect, column: string, place: number): string {
  return dialect === "sqlite" ? `${column} IN (SELECT value FROM json_each(?${place}))` : `${column} = ANY(?${place})`;
}
