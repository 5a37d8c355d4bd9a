import type { Database } from "bun:sqlite";
import { createZone, type Zone } from "../aggregator/zone.ts";
import { shiftsOf } from "./fold/shifts.ts";
import { Identities } from "./identity/identities.ts";
import { NameIds } from "./name-ids.ts";

const DAY_MS = 86_400_000;

/** A ledger that is open for folding, with what its folds remember from one to the next. */
export interface Ledger {
  readonly db: Database;
  /** The zone whose days new sheets keep beside the UTC days. */
  readonly zone: Zone;
  readonly identities: Identities;
  readonly names: NameIds;
  /** The shifts of a UTC day (days since 1970) in a zone, as a sheet names it. */
  shifts(day: number, zone: string): Int8Array;
  /** Runs a write transaction; where it fails, what was remembered of it is forgotten and the error thrown again. */
  write<T>(work: () => T): T;
  /** The same for rows that nobody sees yet: they reach the disk with the next `write`, which makes them seen. */
  writeUnseen<T>(work: () => T): T;
}

/** A ledger on a connection whose schema is up to date. */
export function createLedger(db: Database, zone: Zone): Ledger {
  const identities = new Identities(db);
  const names = new NameIds(db);
  const zones = new Map([[zone.name, zone]]);
  const write = <T>(work: () => T): T => {
    try {
      return db.transaction(work).immediate();
    } catch (error) {
      identities.forget();
      names.forget();
      throw error;
    }
  };
  return {
    db,
    zone,
    identities,
    names,
    shifts(day, name) {
      const known = zones.get(name) ?? createZone(name);
      zones.set(name, known);
      return shiftsOf(day * DAY_MS, known);
    },
    write,
    writeUnseen(work) {
      // The log in front of the file is flushed as a whole, so that the next full commit carries these with it.
      db.run("PRAGMA synchronous = NORMAL");
      try {
        return write(work);
      } finally {
        db.run("PRAGMA synchronous = FULL");
      }
    },
  };
}
