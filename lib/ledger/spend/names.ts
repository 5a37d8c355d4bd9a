import type { Database } from "bun:sqlite";

/** The id of NULL. */
const NULL_ID = 0;

/** The ledger's id of a text; undefined where it never met it. NULL is a text of its own. */
export function textId(db: Database, text: string | null): number | undefined {
  if (text === null) return NULL_ID;
  return db.query<{ id: number }, [string]>("SELECT id FROM text WHERE text = ?").get(text)?.id;
}

/** The texts of ids. */
export function textsOf(db: Database, ids: Iterable<number>): ReadonlyMap<number, string | null> {
  const list = JSON.stringify([...new Set(ids)]);
  const rows = db
    .query<[number, string | null], [string]>("SELECT id, text FROM text WHERE id IN (SELECT value FROM json_each(?))")
    .values(list);
  // `values` is typed by column, not by row.
  return new Map(rows as unknown as [number, string | null][]);
}

/** Whose requests are asked for: every field that is given must fit. */
export type PayerFilter = { readonly apiKey?: string; readonly user?: string; readonly team?: string };

/** The payers that fit a filter, as a JSON list of ids; undefined where everybody does. */
export function payersOf(db: Database, { apiKey, user, team }: PayerFilter): string | undefined {
  const wanted = [apiKey, user, team].map((text) => (text === undefined ? -1 : (textId(db, text) ?? undefined)));
  if (wanted.every((id) => id === -1)) return undefined;
  const [keyId, userId, teamId] = wanted;
  if (keyId === undefined || userId === undefined || teamId === undefined) return "[]";
  const rows = db
    .query<{ id: number }, [number, number, number]>(
      `SELECT id FROM payer WHERE (?1 = -1 OR api_key = ?1) AND (?2 = -1 OR user_id = ?2) AND (?3 = -1 OR team_id = ?3)`,
    )
    .all(keyId, userId, teamId);
  return JSON.stringify(rows.map(({ id }) => id));
}
