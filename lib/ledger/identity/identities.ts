import type { LedgerSql } from "../sql/ledger-sql.ts";
import { type IdentityList, IdentitySet } from "./identity-set.ts";

/** Identities that are held in memory between folds, of all sheets together: about 50 MB. */
const MOST_HELD = 2_000_000;

type Run = { readonly run: number; readonly bytes: number };
type Held = { readonly set: IdentitySet; bytes: number; usedAt: number };

/**
 * The identities of sheets, as runs of 8-byte hashes in the order in which they came. What was read stays in memory, and
 * what another process has added since is read at the next look: a run only ever grows at the end of the order.
 */
export class Identities {
  readonly #held = new Map<number, Held>();
  #clock = 0;

  /** The identities of a sheet, up to date; asked inside the transaction that adds to them. */
  async of(sql: LedgerSql, sheet: number): Promise<IdentitySet> {
    const lengths = await sql.rows<Run>(
      "SELECT run, length(hashes) AS bytes FROM identity_run WHERE sheet = ?1 ORDER BY run",
      [sheet],
    );
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
      if (before > held.bytes) held.set.addBytes(await readRun(sql, sheet, run.run), Math.max(0, known));
    }
    held.bytes = bytes;
    held.usedAt = ++this.#clock;
    return held.set;
  }

  /**
   * Stores what a fold has added to a sheet's set. A run joins the one before it until that one is larger than twice its
   * size, so that there are few runs and each hash is written again only a few times.
   */
  async append(sql: LedgerSql, sheet: number, list: IdentityList): Promise<void> {
    if (list.length === 0) return;
    let bytes: Uint8Array = list.bytes();
    const held = this.#held.get(sheet);
    if (held) held.bytes += bytes.length;
    let last = await lastRun(sql, sheet);
    let run = (last?.run ?? 0) + 1;
    while (last && last.bytes <= 2 * bytes.length) {
      bytes = Buffer.concat([await readRun(sql, sheet, last.run), bytes]);
      await sql.run("DELETE FROM identity_run WHERE sheet = ?1 AND run = ?2", [sheet, last.run]);
      run = last.run;
      last = await lastRun(sql, sheet);
    }
    await sql.run("INSERT INTO identity_run (sheet, run, hashes) VALUES (?1, ?2, ?3)", [sheet, run, bytes]);
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
}

async function lastRun(sql: LedgerSql, sheet: number): Promise<Run | undefined> {
  const [last] = await sql.rows<Run>(
    "SELECT run, length(hashes) AS bytes FROM identity_run WHERE sheet = ?1 ORDER BY run DESC LIMIT 1",
    [sheet],
  );
  return last;
}

async function readRun(sql: LedgerSql, sheet: number, run: number): Promise<Uint8Array> {
  const [row] = await sql.rows<{ hashes: Uint8Array }>(
    "SELECT hashes FROM identity_run WHERE sheet = ?1 AND run = ?2",
    [sheet, run],
  );
  return row?.hashes ?? new Uint8Array(0);
}
