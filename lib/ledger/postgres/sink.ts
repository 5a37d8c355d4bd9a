import type { GroupBatch } from "../batch/group-batch.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";

/** How a day that was read anew went in. */
export type DayOutcome =
  | { readonly kind: "replaced"; readonly records: number; readonly before: number }
  /** The source holds fewer rows than the ledger: the day was left alone. */
  | { readonly kind: "fewer"; readonly source: number; readonly ledger: number }
  /** Records were folded into the day meanwhile: it has to be read again. */
  | { readonly kind: "changed" };

/** A UTC day that is read whole and then takes the place of what the ledger had of it. */
export interface DaySink {
  /** Rows of that day; all batches share one `Texts`. */
  add(batch: SpendBatch): void;
  /** Rows of that day that the source has counted. */
  addGroup(batch: GroupBatch, row: number): void;
  commit(options: { readonly progress?: string; readonly force: boolean }): Promise<DayOutcome>;
}

/** What became of the rows of a batch: 0 counted, 1 known already, 2 of a day that is closed. */
type Folded = {
  readonly counted: number;
  readonly duplicates: number;
  readonly tooOld: number;
  readonly outcomes: Uint8Array;
};

/** The ledger as a source sees it; days are whole days since 1970 in UTC. */
export interface LedgerSink {
  /** What this source wrote last. */
  progress(): Promise<string | undefined>;
  /**
   * Older days than the newest three keep no identities: what comes for them later is too old. `mayRepeat` where the
   * source may give a row of the day twice.
   */
  beginDay(day: number, options: { readonly keepsIdentities: boolean; readonly mayRepeat: boolean }): DaySink;
  /** Folds records that are not known yet and writes the progress, in one transaction. */
  fold(batch: SpendBatch, progress: string): Promise<Folded>;
  /** Writes the progress alone. */
  keepProgress(progress: string): Promise<void>;
  /** Removes what runs that were killed have left behind; nobody else may be writing days. */
  tidy(): Promise<void>;
  /** Lets go of the identities of older days. */
  closeDaysBefore(day: number): Promise<void>;
  /** Records by the hour that they began in (UTC milliseconds). */
  recordsPerHour(fromAt: number, toAt: number): Promise<ReadonlyMap<number, number>>;
  recordsPerDay(): Promise<ReadonlyMap<number, number>>;
}
