import type { LedgerState } from "../reader.ts";

/** Days since 1970 of the ledger's zone, both included. */
export type LocalDays = { readonly first: number; readonly last: number; readonly zone: string };

/** UTC days since 1970, both included. */
export type SheetDays = { readonly from: number; readonly to: number };

/** Days that are asked for and remembered together. */
const BLOCK_DAYS = 16;
/** Blocks that are remembered of a ledger, those of every question together. */
const MOST_HELD = 200;

type Held = { readonly seal: string; readonly found: unknown };
type Block = { readonly block: number; readonly sheets: number; readonly newest: number; readonly records: number };

/** What was found of blocks of days, by question, zone and block. */
export type KeptBlocks = Map<string, Held>;

/**
 * Asks a question about a range block of days by block. What lies whole in the range is remembered while nothing is
 * added to it: an answer that is computed each minute, or of another window, reads a few days and not all.
 */
export async function inBlocks<Found>(
  { sql, blocks: known }: LedgerState,
  question: string,
  { first, last, zone }: LocalDays,
  ask: (days: SheetDays) => Promise<Found>,
): Promise<Found[]> {
  // A day that is folded anew has a higher id than all before, and a record that is added is counted.
  const blocks = await sql.rows<Block>(
    `SELECT CAST(floor(day / ${BLOCK_DAYS}.0) AS BIGINT) AS block, count(*) AS sheets, max(id) AS newest, sum(records) AS records
      FROM sheet WHERE is_live = 1 AND day BETWEEN ?1 - 1 AND ?2 + 1 GROUP BY 1 ORDER BY 1`,
    [first, last],
  );
  const parts: Found[] = [];
  for (const { block, sheets, newest, records } of blocks) {
    const days = { from: block * BLOCK_DAYS, to: (block + 1) * BLOCK_DAYS - 1 };
    // A local day is at most one day off.
    if (days.from <= first || days.to >= last) {
      parts.push(await ask(days));
      continue;
    }
    const name = `${question} ${zone} ${block}`;
    const seal = `${sheets} ${newest} ${records}`;
    let entry = known.get(name);
    if (entry?.seal !== seal) entry = { seal, found: await ask(days) };
    known.delete(name);
    known.set(name, entry);
    if (known.size > MOST_HELD) for (const oldest of [...known.keys()].slice(0, -MOST_HELD)) known.delete(oldest);
    parts.push(entry.found as Found); // What this question put there under its own name.
  }
  return parts;
}
