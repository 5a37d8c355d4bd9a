import { among, type LedgerSql, type SqlValue } from "../sql/ledger-sql.ts";

/** The id of NULL. */
const NULL_ID = 0;

/** The ledger's id of a text; undefined where it never met it. NULL is a text of its own. */
export async function textId(sql: LedgerSql, text: string | null): Promise<number | undefined> {
  if (text === null) return NULL_ID;
  const [found] = await sql.rows<{ id: number }>("SELECT id FROM text WHERE text = ?1", [text]);
  return found?.id;
}

/** The texts of ids. */
export async function textsOf(sql: LedgerSql, ids: Iterable<number>): Promise<ReadonlyMap<number, string | null>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await sql.lists(`SELECT id, text FROM text WHERE ${among(sql.dialect, "id", 1)}`, [wanted]);
  return new Map(rows as unknown as [number, string | null][]); // The types of the two columns.
}

/** Whose requests are asked for: every field that is given must fit. */
export type PayerFilter = { readonly apiKey?: string; readonly user?: string; readonly team?: string };

/** The ids of the payers that fit a filter; undefined where everybody does. */
export async function payersOf(
  sql: LedgerSql,
  { apiKey, user, team }: PayerFilter,
): Promise<readonly number[] | undefined> {
  const asked = [
    ["api_key", apiKey],
    ["user_id", user],
    ["team_id", team],
  ] as const;
  const conditions: string[] = [];
  const ids: SqlValue[] = [];
  for (const [column, text] of asked) {
    if (text === undefined) continue;
    const id = await textId(sql, text);
    if (id === undefined) return [];
    conditions.push(`${column} = ?${ids.push(id)}`);
  }
  if (conditions.length === 0) return undefined;
  const rows = await sql.rows<{ id: number }>(
    `SELECT id FROM payer WHERE ${conditions.join(" AND ")} ORDER BY id`,
    ids,
  );
  return rows.map(({ id }) => id);
}
