import type { Sql } from "postgres";
import { literals, rowsOf, type SourceClient } from "../postgres/client.ts";
import { limitTo } from "./limit.ts";

/** How long the columns of LiteLLM's tables are taken as known. */
const COLUMNS_KEPT_MS = 60_000;

/** Connections that questions may hold at once; LiteLLM's database has to serve LiteLLM. */
const MOST_CONNECTIONS = 4;

/** The tables that are read, by LiteLLM's own names. */
const TABLES = [
  "LiteLLM_SpendLogs",
  "LiteLLM_ErrorLogs",
  "LiteLLM_VerificationToken",
  "LiteLLM_UserTable",
  "LiteLLM_TeamTable",
  "LiteLLM_BudgetTable",
  "LiteLLM_OrganizationMembership",
] as const;
/** The name of one of these tables. */
type LiteLLMTable = (typeof TABLES)[number];

/** The columns of a table that the role may read, and their types; none where there is no such table. */
export type Columns = ReadonlyMap<string, string>;

/** LiteLLM's own database, of which single rows and names are read. */
export type LiteLLMDatabase = {
  readonly client: SourceClient;
  /**
   * Runs statements in one read-only transaction, each for at most `timeoutMs`. Undefined where the database has none of
   * the columns that are needed. @throws whatever the client throws.
   */
  read<Value>(
    needs: LiteLLMTable,
    timeoutMs: number,
    work: (sql: Sql, columns: (table: LiteLLMTable) => Columns) => Promise<Value>,
  ): Promise<Value | undefined>;
};

/** Reads LiteLLM's tables over a client. Opens no connection yet. */
export function createLiteLLMDatabase(client: SourceClient, now: () => number): LiteLLMDatabase {
  let known: { readonly at: number; readonly tables: ReadonlyMap<string, Columns> } | undefined;
  const limited = limitTo(MOST_CONNECTIONS);
  return {
    client,
    read: (needs, timeoutMs, work) =>
      limited(() =>
        client.read(timeoutMs, async (sql) => {
          if (known === undefined || Math.abs(now() - known.at) > COLUMNS_KEPT_MS) {
            known = { at: now(), tables: await columnsOf(sql) };
          }
          const { tables } = known;
          const columns = (table: LiteLLMTable): Columns => tables.get(table) ?? new Map();
          return columns(needs).size === 0 ? undefined : work(sql, columns);
        }),
      ),
  };
}

async function columnsOf(sql: Sql): Promise<ReadonlyMap<string, Columns>> {
  const rows = await rowsOf(
    sql,
    `SELECT class.relname AS table, attribute.attname AS column, type.typname AS type
     FROM pg_catalog.pg_class AS class
     JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
     JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
     WHERE class.relname IN (${literals(TABLES)}) AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND pg_table_is_visible(class.oid) AND attribute.attnum > 0 AND NOT attribute.attisdropped
       AND has_column_privilege(class.oid, attribute.attnum, 'SELECT') ORDER BY attribute.attnum`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const table = String(row["table"]);
    const columns = tables.get(table) ?? new Map<string, string>();
    tables.set(table, columns.set(String(row["column"]), String(row["type"])));
  }
  return tables;
}
