import type { Database } from "bun:sqlite";
import { createLedgerReader, type LedgerReader } from "../../lib/ledger/reader.ts";
import { TABLES } from "../../lib/ledger/schema/tables.ts";
import { addressOf, openPostgresView, trying } from "../../lib/ledger/sql/postgres/open.ts";
import { makeSchema } from "../../lib/ledger/sql/postgres/schema.ts";
import type { TestDatabase } from "./postgres.ts";

/** Puts every row of a ledger's file into PostgreSQL, for answers to be read from both. */
export async function copyToPostgres(db: Database, database: TestDatabase): Promise<LedgerReader> {
  const refusal = await trying(addressOf(database.url), makeSchema);
  if (refusal) throw new Error(refusal.message);
  for (const { name } of TABLES) {
    const rows = rowsOf(db, name);
    await database.sql.unsafe(
      `INSERT INTO litellm_pulse.${name} SELECT * FROM json_populate_recordset(NULL::litellm_pulse.${name}, $1::text::json)
        ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }
  await database.sql`ANALYZE`;
  const opened = await openPostgresView(database.url);
  if (opened.kind === "failed") throw new Error(opened.message);
  return createLedgerReader(opened.view);
}

function rowsOf(db: Database, table: string): unknown[] {
  const rows = db.query<Record<string, unknown>, []>(`SELECT * FROM ${table}`).all();
  const cell = (value: unknown) => (value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : value);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)])));
}
