import type { Sql } from "postgres";
import { literals, rowsOf, type SourceClient } from "../../postgres/client.ts";
import { KNOWN_TABLES } from "./known-tables.ts";
import { type FoundColumn, type FoundTable, sourceTable, type TableResult } from "./source-table.ts";

const TIMEOUT_MS = 30_000;

/** What the user says about the table; by default a known one is looked for. */
export type TableWish = {
  /** `table` or `schema.table`. */
  readonly table: string | undefined;
  /** Column by role. */
  readonly columns: ReadonlyMap<string, string>;
};

/** Finds the table and its columns in the catalogue. @throws whatever the client throws. */
export async function discover(client: SourceClient, wish: TableWish): Promise<TableResult> {
  return client.read(TIMEOUT_MS, async (sql) => {
    const { label, searchPath } = client.address;
    const found = await findTable(sql, wish.table, searchPath);
    if (found !== undefined) return sourceTable(found, wish.columns, client.address.user);
    const names = wish.table ?? KNOWN_TABLES.map(({ name }) => `"${name}"`).join(" or ");
    const hint =
      wish.table === undefined
        ? "is it LiteLLM's database? Another schema is named by ?schema= in LITELLM_PULSE_DATABASE_URL, another table by LITELLM_PULSE_LEDGER_TABLE"
        : "check LITELLM_PULSE_LEDGER_TABLE";
    const where = searchPath.length === 0 ? "" : ` in the schema ${searchPath.join(" or ")}`;
    return { kind: "unfit", message: `PostgreSQL at ${label} has no table ${names}${where}; ${hint}` };
  });
}

/** Schemas that the address names are the only ones: the same table in another one is that of another LiteLLM. */
async function findTable(
  sql: Sql,
  wish: string | undefined,
  searchPath: readonly string[],
): Promise<FoundTable | undefined> {
  const parts = wish?.replaceAll('"', "").split(".");
  const names = parts === undefined ? KNOWN_TABLES.map(({ name }) => name) : parts.slice(-1);
  const schema = parts !== undefined && parts.length > 1 ? parts[0] : undefined;
  const rows = await rowsOf(
    sql,
    `SELECT class.oid::text AS oid, namespace.nspname AS schema, class.relname AS name,
       pg_table_is_visible(class.oid) AS visible, class.relfilenode::text AS file, class.reltuples::float8 AS estimated
     FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
     WHERE class.relname IN (${literals(names)}) AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND namespace.nspname !~ '^(pg_|information_schema$)'`,
  );
  const isNamed = (row: (typeof rows)[number]) =>
    searchPath.length === 0 || row["visible"] === true || searchPath.includes(String(row["schema"]));
  const fit = rows.filter((row) => (schema === undefined ? isNamed(row) : row["schema"] === schema));
  const rank = (row: (typeof fit)[number]) =>
    names.indexOf(String(row["name"])) * 2 + (row["visible"] === true ? 0 : 1);
  const [best] = fit.toSorted((a, b) => rank(a) - rank(b));
  if (best === undefined) return undefined;
  const oid = String(best["oid"]);
  return {
    schema: String(best["schema"]),
    name: String(best["name"]),
    fileNode: String(best["file"]),
    estimatedRows: Number(best["estimated"]),
    columns: await columnsOf(sql, oid),
    ...(await indexesOf(sql, oid)),
  };
}

async function columnsOf(sql: Sql, oid: string): Promise<FoundColumn[]> {
  const rows = await rowsOf(
    sql,
    `SELECT attribute.attname AS name, coalesce(base.typname, type.typname) AS type,
       has_column_privilege(attribute.attrelid, attribute.attnum, 'SELECT')
         AND has_schema_privilege(class.relnamespace, 'USAGE') AS readable
     FROM pg_catalog.pg_attribute AS attribute
     JOIN pg_catalog.pg_class AS class ON class.oid = attribute.attrelid
     JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
     LEFT JOIN pg_catalog.pg_type AS base ON base.oid = type.typbasetype AND type.typtype = 'd'
     WHERE attribute.attrelid = $1::oid AND attribute.attnum > 0 AND NOT attribute.attisdropped`,
    [oid],
  );
  return rows.map((row) => ({
    name: String(row["name"]),
    type: String(row["type"]),
    isReadable: row["readable"] === true,
  }));
}

/** The columns that an index begins with, and those that a unique one consists of. */
async function indexesOf(sql: Sql, oid: string): Promise<Pick<FoundTable, "indexed" | "unique">> {
  const rows = await rowsOf(
    sql,
    `SELECT attribute.attname AS name, bool_or(index.indisunique AND index.indnkeyatts = 1) AS is_unique
     FROM pg_catalog.pg_index AS index
     JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = index.indrelid AND attribute.attnum = index.indkey[0]
     WHERE index.indrelid = $1::oid AND index.indisvalid AND index.indpred IS NULL GROUP BY 1`,
    [oid],
  );
  const names = (found: typeof rows) => found.map((row) => String(row["name"]));
  return { indexed: names(rows), unique: names(rows.filter((row) => row["is_unique"] === true)) };
}
