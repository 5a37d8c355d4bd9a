import type { LedgerSql } from "../sql/ledger-sql.ts";

/** Which cells of a column fall into one group: those whose names agree in the dimensions asked for. */
export type NameTable = {
  /** More than any class. */
  readonly size: number;
  classOf(id: number): number;
  /** The text ids of a class, in the order of the dimensions. */
  idsOf(ofClass: number): readonly number[];
};

/** The table of payers, of routes, or of customers, which are texts themselves. */
export async function nameTable(
  sql: LedgerSql,
  column: "payer" | "route" | "customer",
  dimensions: readonly string[],
): Promise<NameTable> {
  if (column === "customer") {
    const [found] = await sql.rows<{ most: number | null }>("SELECT MAX(id) AS most FROM text");
    const size = 1 + (found?.most ?? 0);
    return { size, classOf: (id) => id, idsOf: (id) => [id] };
  }
  // The names come from the list of dimensions, never from a request.
  const rows = await sql.lists(`SELECT id, ${dimensions.join(", ")} FROM ${column} ORDER BY id`);
  const classes = new Map<string, number>();
  const ids: number[][] = [];
  const classOfId: number[] = [];
  // Every column is a number.
  for (const [id = 0, ...names] of rows as readonly (readonly number[])[]) {
    const key = names.join(" ");
    let found = classes.get(key);
    if (found === undefined) {
      found = ids.push(names) - 1;
      classes.set(key, found);
    }
    classOfId[id] = found;
  }
  return { size: Math.max(1, ids.length), classOf: (id) => classOfId[id] ?? 0, idsOf: (at) => ids[at] ?? [] };
}
