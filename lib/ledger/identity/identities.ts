import type { Database } from "bun:sqlite";
import { type IdentityList, IdentitySet } from "./identity-set.ts";

/** Identities that are held in memory between folds, of all sheets together: about 50 MB. */
const MOST_HELD = 2_000_000;

type Held = { readonly set: IdentitySet; bytes: number; usedAt: number };

/**
 * The identities of sheets, as runs of 8-byte hashes in the order in which they came. What was read stays in memory, and
 * what another process has added since is read at the next look: a run only ever grows at the end of the order.
 */
export class Identities {
  readonly #db: Database;
  readonly #held = new Map<number, Held>();
  #clock = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The identities of a sheet, up to date; asked inside the transaction that adds to them. */
  of(sheet: number): IdentitySet {
    const lengths = this.#db
      .query<{ run: number; bytes: number }, [number]>(
        "SELECT run, length(hashes) AS bytes FROM identity_run WHERE sheet = ? ORDER BY run",
      )
      .all(sheet);
    const bytes = lengths.reduce((sum, run) => sum + run.bytes, 0);
    let held = this.#held.get(sheet);
    if (!held || held.bytes > bytes) {
      held = { set: new IdentitySet(), bytes: 0, usedAt: 0 };
      this.#held.set(sheet, held);
    }
    let before = 0;
    for (const run of lengths) {
      const known = held.bytes - before;
      before += run.bytes;
      if (before > held.bytes) held.set.addBytes(this.#read(sheet, run.run), Math.max(0, known));
    }
    held.bytes = bytes;
    held.usedAt = ++this.#clock;
    return held.set;
  }

  /**
   * Stores what a fold has added to a sheet's set. A run joins the one before it until that one is larger than twice its
   * size, so that there are few runs and each hash is written again only a few times.
   */
  append(sheet: number, list: IdentityList): void {
    if (list.length === 0) return;
    let bytes: Uint8Array = list.bytes();
    const held = this.#held.get(sheet);
    if (held) held.bytes += bytes.length;
    let last = this.#last(sheet);
    let run = (last?.run ?? 0) + 1;
    while (last && last.bytes <= 2 * bytes.length) {
      bytes = Buffer.concat([this.#read(sheet, last.run), bytes]);
      this.#db.query("DELETE FROM identity_run WHERE sheet = ? AND run = ?").run(sheet, last.run);
      run = last.run;
      last = this.#last(sheet);
    }
    this.#db.query("INSERT INTO identity_run (sheet, run, hashes) VALUES (?, ?, ?)").run(sheet, run, bytes);
  }

  /** Forgets what is in memory: all of it after a transaction that failed, since its additions never came to be. */
  forget(): void {
    this.#held.clear();
  }

  /** Lets go of the sets that were not used for longest while there are too many. */
  trim(): void {
    let total = 0;
    for (const { set } of this.#held.values()) total += set.size;
    if (total <= MOST_HELD) return;
    for (const [sheet, { set }] of [...this.#held].sort(([, a], [, b]) => a.usedAt - b.usedAt)) {
      if (total <= MOST_HELD) return;
      this.#held.delete(sheet);
      total -= set.size;
    }
  }

  #last(sheet: number): { run: number; bytes: number } | null {
    return this.#db
      .query<{ run: number; bytes: number }, [number]>(
        "SELECT run, length(hashes) AS bytes FROM identity_run WHERE sheet = ? ORDER BY run DESC LIMIT 1",
      )
      .get(sheet);
  }

  #read(sheet: number, run: number): Uint8Array {
    const row = this.#db
      .query<{ hashes: Uint8Array }, [number, number]>("SELECT hashes FROM identity_run WHERE sheet = ? AND run = ?")
      .get(sheet, run);
    return row?.hashes ?? new Uint8Array(0);
  }
}
