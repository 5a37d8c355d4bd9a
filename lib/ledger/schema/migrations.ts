import { createTableSql, type Dialect } from "./dialect.ts";
import { TABLES } from "./tables.ts";

/** The schema of the ledger, one entry a version, forward only. An entry that has shipped never changes. */
export function ledgerMigrations(dialect: Dialect): readonly string[] {
  return [
    [
      ...TABLES.map((table) => createTableSql(table, dialect)),
      "CREATE UNIQUE INDEX live_sheet ON sheet (day) WHERE is_live = 1",
      // The number of NULL, so that a join finds it as any other.
      "INSERT INTO text (id, text) VALUES (0, NULL)",
    ].join(";\n"),
  ];
}
