import type { SourceClient } from "../postgres/client.ts";
import type { LedgerSink } from "./ledger-sink.ts";
import type { Oddities } from "./rows/row-reader.ts";
import type { SourceTable } from "./table/source-table.ts";

/** How far a long run is. */
export type RunStep = { readonly rows: number; readonly daysDone: number; readonly days: number };

/** What a run over a source needs. */
export type Run = {
  readonly client: SourceClient;
  readonly table: SourceTable;
  readonly sink: LedgerSink;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told often; must return at once. */
  readonly onStep: (step: RunStep) => void;
};

/** What a run did. */
export type Tally = {
  rows: number;
  counted: number;
  /** Rows of the overlap, and those that only the daily count found. */
  late: number;
  tooOld: number;
  /** Days that the source holds fewer rows of than the ledger: left alone. */
  readonly fewer: { readonly day: number; readonly source: number; readonly ledger: number }[];
  readonly oddities: Oddities;
};

/** How long a day, or a whole table without an index on its time, may take to come. */
export const BULK_TIMEOUT_MS = 3_600_000;
/** How long a page, or a count of a day, may take. */
export const PAGE_TIMEOUT_MS = 60_000;
/** A row is as late as its request was long. */
export const OVERLAP_MS = 3_600_000;
/** Days that keep their identities, so that late rows can be told from known ones. */
export const OPEN_DAYS = 3;

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { rows: 0, counted: 0, late: 0, tooOld: 0, fewer: [], oddities: { untimed: 0, spend: 0 } };
}

/** Adds what was read to a tally. */
export function addRead(tally: Tally, read: { readonly rows: number; readonly oddities: Oddities }): void {
  tally.rows += read.rows;
  tally.oddities.untimed += read.oddities.untimed;
  tally.oddities.spend += read.oddities.spend;
}
