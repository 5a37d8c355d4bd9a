import { createZone, type Zone } from "../aggregator/zone.ts";
import { shiftsOf } from "./fold/shifts.ts";
import { Identities } from "./identity/identities.ts";
import { NameIds } from "./name-ids.ts";
import type { LedgerSql } from "./sql/ledger-sql.ts";
import type { LedgerStore, LedgerTransaction } from "./sql/ledger-store.ts";

const DAY_MS = 86_400_000;

/** A ledger that is open for folding, with what its folds remember from one to the next. */
export type Ledger = {
  /** Statements outside of a transaction, which see the newest state. */
  readonly sql: LedgerSql;
  /** How many rows are best written by one statement. */
  readonly rowsAtOnce: number;
  /** The zone whose days new sheets keep beside the UTC days. */
  readonly zone: Zone;
  readonly identities: Identities;
  readonly names: NameIds;
  /** The shifts of a UTC day (days since 1970) in a zone, as a sheet names it. */
  shifts(day: number, zone: string): Int8Array;
  /**
   * Runs a write transaction, one after the other; the work may be run again where another process was in the way. Where
   * it fails, what was remembered of it is forgotten and the error thrown again.
   */
  write<Value>(work: (transaction: LedgerTransaction) => Promise<Value>): Promise<Value>;
  /** The same for rows that nobody sees yet: they reach the disk with the next `write`, which makes them seen. */
  writeUnseen<Value>(work: (transaction: LedgerTransaction) => Promise<Value>): Promise<Value>;
};

/** A ledger in a database whose schema is up to date. */
export function createLedger(store: LedgerStore, zone: Zone): Ledger {
  const identities = new Identities();
  const names = new NameIds();
  const zones = new Map([[zone.name, zone]]);
  const onFailed = () => {
    identities.forget();
    names.forget();
  };
  return {
    sql: store.sql,
    rowsAtOnce: store.rowsAtOnce,
    zone,
    identities,
    names,
    shifts(day, name) {
      const known = zones.get(name) ?? createZone(name);
      zones.set(name, known);
      return shiftsOf(day * DAY_MS, known);
    },
    write: (work) => store.write(work, { onFailed }),
    writeUnseen: (work) => store.write(work, { onFailed, isUnseen: true }),
  };
}
