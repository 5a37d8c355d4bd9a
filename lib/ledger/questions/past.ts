import type { Database } from "bun:sqlite";

/** Days since 1970 of the ledger's zone, both included. */
export type DayRange = { readonly first: number; readonly last: number; readonly zone: string };

/** UTC days since 1970, both included. */
export type SheetDays = { readonly from: number; readonly to: number };

/** Days up to the newest that may still change often. */
const RECENT_DAYS = 3;
/** Far before and after every day. */
const ALWAYS = 1e9;
/** Ranges that are remembered of a question. */
const MOST_HELD = 4;

type Held = { readonly seal: string; readonly found: unknown };

const held = new WeakMap<Database, Map<string, Held>>();

/**
 * Asks a question about a range in two parts: of the days of the past, whose answer is remembered while nothing is added
 * to them, and of the newest days. So the answer that is computed each minute reads a few days and not all.
 */
export function pastAndRecent<Found>(
  db: Database,
  question: string,
  { first, last, zone }: DayRange,
  ask: (days: SheetDays) => Found,
): readonly [past: Found, recent: Found] {
  const newest = db.query<{ day: number | null }, []>("SELECT max(day) AS day FROM sheet WHERE is_live = 1").get()?.day;
  const to = (newest ?? 0) - RECENT_DAYS;
  const recent = { from: to + 1, to: ALWAYS };
  // A day that is folded anew has a higher id than all before, and a record that is added is counted.
  const state = db
    .query<Record<string, number>, [number]>(
      "SELECT count(*) AS sheets, max(id) AS newest, sum(records) AS records FROM sheet WHERE is_live = 1 AND day <= ?",
    )
    .get(to);
  const seal = JSON.stringify(state);
  const known = held.get(db) ?? new Map<string, Held>();
  held.set(db, known);
  const name = `${question} ${first} ${last} ${zone} ${to}`;
  let entry = known.get(name);
  if (entry?.seal !== seal) entry = { seal, found: ask({ from: -ALWAYS, to }) };
  known.delete(name);
  known.set(name, entry);
  const ofQuestion = [...known.keys()].filter((key) => key.startsWith(`${question} `));
  for (const old of ofQuestion.slice(0, -MOST_HELD)) known.delete(old);
  return [entry.found as Found, ask(recent)]; // What this question put there under its own name.
}
