import type { Database } from "bun:sqlite";
import { columnsOf } from "./columns.ts";

/** What a database without a schema version of ours holds. */
export type Contents = "nothing" | "predecessor" | "foreign";

/** Tells the Python predecessor's database from a new one and from one of another program. */
export function contentsOf(db: Database): Contents {
  const tables = db
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  if (tables.length === 0) return "nothing";
  return columnsOf(db) ? "predecessor" : "foreign";
}
