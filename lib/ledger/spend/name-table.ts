import type { Database } from "bun:sqlite";

/** Which cells of a column fall into one group: those whose names agree in the dimensions asked for. */
export type NameTable = {
  /** More than any class. */
  readonly size: number;
  classOf(id: number): number;
  /** The text ids of a class, in the order of the dimensions. */
  idsOf(ofClass: number): readonly number[];
};

/** The table of payers, of routes, or of customers, which are texts themselves. */
export function nameTable(
  db: Database,
  column: "payer" | "route" | "customer",
  dimensions: readonly string[],
): NameTable {
  if (column === "customer") {
    const size = 1 + (db.query<{ most: number | null }, []>("SELECT MAX(id) AS most FROM text").get()?.most ?? 0);
    return { size, classOf: (id) => id, idsOf: (id) => [id] };
  }
  // The names come from the list of dimensions, never from a request.
  const rows = db.query<number[], []>(`SELECT id, ${dimensions.join(", ")} FROM ${column}`).values();
  const classes = new Map<string, number>();
  const ids: number[][] = [];
  const classOfId: number[] = [];
  // `values` is typed by column, not by row.
  for (const [id = 0, ...names] of rows as unknown as number[][]) {
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
