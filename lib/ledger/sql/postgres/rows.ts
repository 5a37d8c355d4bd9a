import { createHash } from "node:crypto";
import { addArraysSql, setArraysSql } from "../../schema/dialect.ts";
import { tableOf } from "../../schema/tables.ts";
import type { LedgerSql } from "../ledger-sql.ts";
import type { LedgerTransaction, RowBlock, Triple } from "../ledger-store.ts";
import { arrayLiteral } from "./text.ts";

/** An index of PostgreSQL holds no text of more than some 2700 bytes. */
const MOST_TEXT_BYTES = 2000;
const KEPT_CHARACTERS = 450;

const TRIPLE_COLUMNS = {
  route: ["model", "model_group", "provider"],
  payer: ["api_key", "user_id", "team_id"],
} as const;

/** A write transaction of PostgreSQL over statements of one: each kind of thing goes in as whole arrays. */
export function postgresTransaction(sql: LedgerSql): LedgerTransaction {
  return {
    ...sql,
    textIds: (texts) => textIds(sql, texts),
    tripleIds: (table, triples) => tripleIds(sql, table, triples),
    async addRows(name, block) {
      if (block.rows > 0) await sql.run(addArraysSql(tableOf(name)), columnsOf(block));
    },
    async setRows(name, columns, rows) {
      const width = tableOf(name).key.length + columns.length;
      const arrays = Array.from({ length: width }, (_, at) => arrayLiteral(rows.map((row) => row[at] ?? null)));
      if (rows.length > 0) await sql.run(setArraysSql(tableOf(name), columns), arrays);
    },
  };
}

/**
 * A text as PostgreSQL can hold it under its index: without the character 0, and of a very long one the begin with a hash
 * of the whole.
 */
function storable(text: string): string {
  const plain = text.toWellFormed().replaceAll("\0", "\uFFFD");
  if (plain.length * 3 <= MOST_TEXT_BYTES || Buffer.byteLength(plain) <= MOST_TEXT_BYTES) return plain;
  const hash = createHash("sha256").update(plain).digest("hex");
  return `${plain.slice(0, KEPT_CHARACTERS).toWellFormed()}… (sha256 ${hash})`;
}

async function textIds(sql: LedgerSql, texts: readonly string[]): Promise<readonly number[]> {
  const wanted = texts.map(storable);
  const ids = new Map<string, number>();
  const find = async (some: readonly string[]) => {
    const rows = await sql.rows<{ id: number; text: string }>("SELECT id, text FROM text WHERE text = ANY(?1)", [some]);
    for (const { id, text } of rows) ids.set(text, id);
  };
  await find(wanted);
  // In one order for all, so that two that make the same texts wait for each other in turn and not in a ring.
  const missing = [...new Set(wanted)].filter((text) => !ids.has(text)).sort();
  if (missing.length > 0) {
    await sql.run("INSERT INTO text (text) SELECT unnest(?1::text[]) ON CONFLICT (text) DO NOTHING", [missing]);
    await find(missing);
  }
  return wanted.map((text) => idOf(ids.get(text)));
}

async function tripleIds(
  sql: LedgerSql,
  table: "route" | "payer",
  triples: readonly Triple[],
): Promise<readonly number[]> {
  const columns = TRIPLE_COLUMNS[table];
  const ids = new Map<string, number>();
  const arraysOf = (some: readonly Triple[]) => [0, 1, 2].map((at) => some.map((triple) => triple[at] ?? 0));
  const find = async (some: readonly Triple[]) => {
    const rows = await sql.lists(
      `SELECT ${columns.join(", ")}, id FROM ${table} JOIN unnest(?1::bigint[], ?2::bigint[], ?3::bigint[]) AS given (a, b, c)
         ON ${columns[0]} = a AND ${columns[1]} = b AND ${columns[2]} = c`,
      arraysOf(some),
    );
    for (const [a, b, c, id] of rows) ids.set(`${a} ${b} ${c}`, Number(id));
  };
  await find(triples);
  const missing = triples
    .filter((triple) => !ids.has(triple.join(" ")))
    .toSorted((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
  if (missing.length > 0) {
    await sql.run(
      `INSERT INTO ${table} (${columns.join(", ")}) SELECT * FROM unnest(?1::bigint[], ?2::bigint[], ?3::bigint[])
         ON CONFLICT (${columns.join(", ")}) DO NOTHING`,
      arraysOf(missing),
    );
    await find(missing);
  }
  return triples.map((triple) => idOf(ids.get(triple.join(" "))));
}

/** The columns of a block as arrays. */
function columnsOf({ values, rows }: RowBlock): string[] {
  const width = values.length / rows;
  const columns: string[] = [];
  for (let column = 0; column < width; column++) {
    let text = "";
    for (let at = column; at < values.length; at += width) text += at === column ? values[at] : `,${values[at]}`;
    columns.push(`{${text}}`);
  }
  return columns;
}

function idOf(id: number | undefined): number {
  if (id === undefined) throw new Error("The ledger gave no id to a new row");
  return id;
}
