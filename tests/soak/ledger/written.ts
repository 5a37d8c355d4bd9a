import type { TestDatabase } from "../../support/postgres.ts";
import type { LogRow } from "../../support/spend-world.ts";

/** What a ledger must hold of one UTC day, model, key and user. */
export type Cell = {
  readonly day: number;
  readonly model: string;
  readonly key: string;
  readonly user: string;
  readonly requests: number;
  readonly failures: number;
  readonly tokens: number;
  readonly spend: number;
};

/** Makes the table that keeps every row that was ever written to LiteLLM's, in the transaction that writes it. */
export async function keepWritten({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(`
    CREATE TABLE written (LIKE "LiteLLM_SpendLogs", number BIGSERIAL);
    CREATE FUNCTION keep_written() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO written SELECT NEW.*; RETURN NULL; END $$;
    CREATE TRIGGER keep_written AFTER INSERT ON "LiteLLM_SpendLogs" FOR EACH ROW EXECUTE FUNCTION keep_written();`);
}

/** The truth: one SQL over all rows ever written, by day, model, key and user. */
export async function writtenCells({ sql }: TestDatabase): Promise<Cell[]> {
  return await sql<Cell[]>`
    SELECT floor(extract(epoch FROM "startTime") / 86400)::int AS day, model, api_key AS key, coalesce("user", '') AS user,
      count(*)::int AS requests, (count(*) FILTER (WHERE status = 'failure'))::int AS failures,
      coalesce(sum(total_tokens), 0)::float8 AS tokens, coalesce(sum(spend), 0)::float8 AS spend
    FROM written GROUP BY 1, 2, 3, 4`;
}

/** How many rows were written so far. */
export async function countWritten({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM written`;
  return row?.rows ?? 0;
}

/** Rows in the order of writing, after a number; as LiteLLM's callback and an export show them. */
export async function writtenAfter(
  { sql }: TestDatabase,
  after: number,
  limit: number,
): Promise<readonly { readonly number: number; readonly text: string }[]> {
  return await sql<{ number: number; text: string }[]>`
    SELECT number::int AS number, (to_jsonb(written) - 'number' - 'messages' - 'response' - 'proxy_server_request')::text AS text
    FROM written WHERE number > ${after} ORDER BY number LIMIT ${limit}`;
}

/** All rows, as the truths of the spend routes read them. */
export async function writtenRows({ sql }: TestDatabase): Promise<LogRow[]> {
  const rows = await sql<{ row: LogRow }[]>`
    SELECT to_jsonb(written) || jsonb_build_object(
      'startTime', to_char("startTime", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endTime', to_char("endTime", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    ) AS row FROM written`;
  return rows.map(({ row }) => row);
}
