import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { TABLES } from "../../lib/ledger/schema/tables.ts";
import type { TestDatabase } from "./postgres.ts";

/** What every rollup of all requests adds up to. */
const ROLLUPS = ["quarter_total", "payer_day", "customer_day", "route_day"] as const;

type Sums = { readonly requests: number; readonly failures: number; readonly tokens: number; readonly spend: number };

/** One SQL over all rows of LiteLLM's table. */
export async function sourceSums({ sql }: Pick<TestDatabase, "sql">): Promise<Sums> {
  const [row] =
    await sql`SELECT count(*)::int AS requests, (count(*) FILTER (WHERE status = 'failure'))::int AS failures,
    coalesce(sum(total_tokens), 0)::float8 AS tokens, coalesce(sum(spend), 0) AS spend FROM "LiteLLM_SpendLogs"`;
  return { requests: row?.["requests"], failures: row?.["failures"], tokens: row?.["tokens"], spend: row?.["spend"] };
}

/**
 * Says that the ledger in a file holds these sums in every rollup, and, with `isTidy`, nothing that belongs to no live
 * sheet: what a killed run left behind is gone after the next one.
 */
export function expectLedger(path: string, sums: Sums, { isTidy = true }: { readonly isTidy?: boolean } = {}): void {
  const db = new Database(path, { readonly: true });
  try {
    const wanted = { ...sums, spend: expect.closeTo(sums.spend, 6) };
    const found = ROLLUPS.map((table) => [table, sumsOf(db, table)] as const);
    expect(found).toEqual(ROLLUPS.map((table) => [table, wanted] as const));
    const records = db.query("SELECT coalesce(sum(records), 0) AS records FROM sheet WHERE is_live = 1").get();
    expect(records).toEqual({ records: sums.requests });
    expect(db.query("SELECT day FROM sheet WHERE is_live = 1 GROUP BY day HAVING count(*) > 1").all()).toEqual([]);
    if (isTidy) expect(strays(db)).toEqual([]);
    expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  } finally {
    db.close();
  }
}

/** Requests in a ledger's file as far as they are visible, of one UTC day where it is given; 0 where there is none yet. */
export function recordsIn(path: string, day?: number): number {
  try {
    const db = new Database(path, { readonly: true });
    const row = db
      .query<{ records: number }, [number | null]>(
        "SELECT sum(records) AS records FROM sheet WHERE is_live = 1 AND day = coalesce(?1, day)",
      )
      .get(day ?? null);
    db.close();
    return row?.records ?? 0;
  } catch {
    return 0; // Made at this very moment.
  }
}

function sumsOf(db: Database, table: string): unknown {
  return db
    .query(
      `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(failures), 0) AS failures,
        coalesce(sum(total_tokens), 0) AS tokens, coalesce(sum(spend), 0) AS spend
       FROM ${table} AS c JOIN sheet ON sheet.id = c.sheet WHERE sheet.is_live = 1`,
    )
    .get();
}

function strays(db: Database): string[] {
  const tables = TABLES.filter(({ key }) => key[0] === "sheet").map(({ name }) => name);
  const query = (table: string) =>
    db.query(`SELECT 1 FROM ${table} WHERE sheet NOT IN (SELECT id FROM sheet WHERE is_live = 1) LIMIT 1`);
  const unfinished = db.query("SELECT 1 FROM sheet WHERE is_live = 0").get() === null ? [] : ["sheet"];
  return [...unfinished, ...tables.filter((table) => query(table).get() !== null)];
}
